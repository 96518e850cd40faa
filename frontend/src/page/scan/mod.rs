//! The phone's side of signing in by QR code.

mod camera;
mod ticket;

pub use camera::Scan;
pub use ticket::ScanTicket;

//! Applications of others: letting one in, and keeping an eye on them.

mod ask;
mod authorize;
mod code;
mod list;

pub use authorize::Authorize;
pub use list::Applications;

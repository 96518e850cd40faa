//! The personal centre.

mod centre;
mod methods;
mod overview;
mod profile;

pub use centre::CentrePage;
pub use overview::Overview;
pub use profile::Profile;

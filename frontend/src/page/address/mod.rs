//! 邮寄地址

mod form;
mod list;
mod region;

pub use form::AddressForm;
pub use list::Addresses;

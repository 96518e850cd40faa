//! Real-name verification: the ways to a level, the form, the result.

mod alipay;
mod attempt;
mod form;
mod hall;
mod id_card;
mod list;
mod method;
mod offer;
mod sign;

pub use alipay::{Alipay, AlipayReturn};
pub use attempt::{AttemptResult, Outcome, Passed, use_attempt};
pub use form::{IdCardForm, use_id_card_form};
pub use hall::HallVisit;
pub use id_card::IdCard;
pub use list::{Verifications, route_of};
pub use method::FormMethod;
pub use offer::use_offer;

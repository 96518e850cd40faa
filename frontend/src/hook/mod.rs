//! What pages know and do.

mod captcha;
mod countdown;
mod draft;
mod form;
mod preference;
mod qr_login;
mod remote;
mod service;
mod session;
mod sign_out;
mod step;
mod task;
mod text;
mod turn;

pub use captcha::{Captcha, CaptchaState, use_captcha};
pub use countdown::{Countdown, use_countdown};
pub use draft::{Drafts, use_drafts};
pub use form::{Form, Values, field_id, use_form};
pub use preference::{PreferencesProvider, use_api, use_locale, use_messages, use_preferences};
pub use qr_login::{Ticket, use_qr_login};
pub use remote::{Loaded, Remote, use_remote, use_remote_with};
pub use service::{ServiceProvider, use_service};
pub use session::{Session, SessionProvider, SessionState, use_account, use_session};
pub use sign_out::use_sign_out;
pub use step::use_steps;
pub use task::{Task, use_slow, use_task};
pub use text::Text;
pub use turn::use_turn;

//! Every word people read, in both languages: one file per part of the site, each with the shape
//! and the two texts side by side, so that none can be forgotten.

mod address;
mod application;
mod common;
mod console;
mod credential;
mod face;
mod format;
mod hall;
mod home;
mod legal;
mod me;
mod passkey;
mod qr;
mod register;
mod reset;
mod second_step;
mod security;
mod sign_in;
mod staff;
mod verification;

pub use address::address;
pub use application::application;
pub use common::Common;
pub use console::*;
pub use credential::credential;
pub use face::{Face, face};
pub use format::{date, duration, moment};
pub use hall::{Hall, hall};
pub use home::Home;
pub use legal::legal;
pub use me::Me;
pub use passkey::passkey;
pub use qr::Qr;
pub use register::Register;
use renzheng_types::Locale;
pub use reset::reset;
pub use second_step::SecondStep;
pub use security::Security;
pub use sign_in::SignIn;
pub use staff::{Staff, staff};
pub use verification::verification;

/// A language's texts.
pub struct Messages {
    pub common: Common,
    pub home: Home,
    pub register: Register,
    pub sign_in: SignIn,
    pub second_step: SecondStep,
    pub qr: Qr,
    pub security: Security,
    pub me: Me,
}

pub fn messages(locale: Locale) -> &'static Messages {
    match locale {
        Locale::ZhCn => &ZH,
        Locale::En => &EN,
    }
}

static ZH: Messages = Messages {
    common: common::ZH,
    home: home::ZH,
    register: register::ZH,
    sign_in: sign_in::ZH,
    second_step: second_step::ZH,
    qr: qr::ZH,
    security: security::ZH,
    me: me::ZH,
};

static EN: Messages = Messages {
    common: common::EN,
    home: home::EN,
    register: register::EN,
    sign_in: sign_in::EN,
    second_step: second_step::EN,
    qr: qr::EN,
    security: security::EN,
    me: me::EN,
};

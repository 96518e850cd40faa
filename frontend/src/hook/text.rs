use renzheng_types::Locale;
use yew::AttrValue;

use crate::{
    api::Failure,
    i18n::{self, Messages},
};

/// A sentence that stays readable when the language is switched while it is on the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    zh: AttrValue,
    en: AttrValue,
}

impl Text {
    /// A sentence of ours.
    pub fn ours(pick: impl Fn(&'static Messages) -> &'static str) -> Self {
        Self::by(|locale| pick(i18n::messages(locale)).into())
    }

    /// A sentence made for each language.
    pub fn by(make: impl Fn(Locale) -> AttrValue) -> Self {
        Self {
            zh: make(Locale::ZhCn),
            en: make(Locale::En),
        }
    }

    /// What the server said, in the language it was asked in.
    pub fn said(text: &str) -> Self {
        let text = AttrValue::from(text.to_owned());
        Self {
            zh: text.clone(),
            en: text,
        }
    }

    /// What to tell a person about a failure that no field explains.
    pub fn of_failure(failure: &Failure) -> Self {
        let text = match failure {
            Failure::Unreachable => Self::ours(|m| m.common.unreachable),
            Failure::Unavailable { .. } => Self::ours(|m| m.common.unavailable),
            Failure::Garbled => Self::ours(|m| m.common.garbled),
            Failure::Refused { problem, .. } if problem.detail.is_empty() => {
                Self::said(&problem.title)
            }
            // What the server says in full says how long to wait, too.
            Failure::Refused { problem, .. } => return Self::said(&problem.detail),
        };
        match failure.retry_after() {
            Some(seconds) if seconds > 0 => Self::by(|locale| {
                let wait = i18n::duration(locale, seconds);
                let when = (i18n::messages(locale).common.try_after)(&wait);
                let gap = locale.pick("", " ");
                format!("{}{gap}{when}", text.in_language(locale)).into()
            }),
            _ => text,
        }
    }

    pub fn in_language(&self, locale: Locale) -> AttrValue {
        match locale {
            Locale::ZhCn => self.zh.clone(),
            Locale::En => self.en.clone(),
        }
    }
}

use renzheng_types::Locale;
use yew::prelude::*;

use crate::{
    api::Api,
    browser,
    i18n::{self, Messages},
};

const LOCALE_KEY: &str = "renzheng.locale";
const ELDER_KEY: &str = "renzheng.elder";

/// How this browser shows the site: the only things it remembers.
#[derive(Clone, PartialEq)]
pub struct Preferences {
    pub locale: Locale,
    /// Large text and targets.
    pub elder: bool,
    pub set_locale: Callback<Locale>,
    /// Takes the language of the person who is here, unless one was chosen in this browser.
    pub adopt_locale: Callback<Locale>,
    pub set_elder: Callback<bool>,
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub children: Html,
}

#[component]
pub fn PreferencesProvider(props: &Props) -> Html {
    let locale = use_state(|| {
        browser::recall(LOCALE_KEY)
            .and_then(|tag| Locale::from_tag(&tag))
            .unwrap_or_default()
    });
    let elder = use_state(|| browser::recall(ELDER_KEY).as_deref() == Some("on"));

    use_effect_with((*locale, *elder), |&(locale, elder)| {
        if let Some(root) = browser::document().and_then(|d| d.document_element()) {
            let _ = root.set_attribute("lang", locale.tag());
            let _ = root.set_attribute("class", if elder { "elder" } else { "" });
        }
    });

    let set_locale = use_callback(locale.setter(), |chosen: Locale, setter| {
        browser::remember(LOCALE_KEY, chosen.tag());
        setter.set(chosen);
    });
    let adopt_locale = use_callback(locale.setter(), |theirs: Locale, setter| {
        if browser::recall(LOCALE_KEY).is_none() {
            setter.set(theirs);
        }
    });
    let set_elder = use_callback(elder.setter(), |on: bool, setter| {
        browser::remember(ELDER_KEY, if on { "on" } else { "off" });
        setter.set(on);
    });

    let context = Preferences {
        locale: *locale,
        elder: *elder,
        set_locale,
        adopt_locale,
        set_elder,
    };
    html! {
        <ContextProvider<Preferences> {context}>{ props.children.clone() }</ContextProvider<Preferences>>
    }
}

#[hook]
pub fn use_preferences() -> Preferences {
    use_context().unwrap_or_else(|| Preferences {
        locale: Locale::default(),
        elder: false,
        set_locale: Callback::noop(),
        adopt_locale: Callback::noop(),
        set_elder: Callback::noop(),
    })
}

#[hook]
pub fn use_locale() -> Locale {
    use_preferences().locale
}

#[hook]
pub fn use_messages() -> &'static Messages {
    i18n::messages(use_locale())
}

/// The server, spoken to in the language of the page.
#[hook]
pub fn use_api() -> Api {
    Api {
        locale: use_locale(),
    }
}

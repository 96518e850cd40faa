//! What staff show beside the password: the code that they typed, or what a passkey signs now.

use renzheng_types::passkey::PasskeyAssertion;
use yew::prelude::*;

use crate::{
    api::Api,
    browser,
    component::{Button, ButtonKind},
    hook::{Form, Text, use_locale},
    i18n,
};

pub struct Shown {
    pub code: Option<String>,
    pub passkey: Option<PasskeyAssertion>,
}

/// None when it could not be had; the form says why.
pub async fn shown(api: Api, form: &Form, by_passkey: bool) -> Option<Shown> {
    if !by_passkey {
        return Some(Shown {
            code: Some(form.value("code")),
            passkey: None,
        });
    }
    match api.ask_passkey().await {
        Ok(Some(assertion)) => {
            return Some(Shown {
                code: None,
                passkey: Some(assertion),
            });
        }
        Ok(None) => form.object(Text::by(|locale| {
            i18n::staff(locale).passkey_declined.into()
        })),
        Err(failure) => form.refuse(&failure, &[]),
    }
    None
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub busy: bool,
    pub onclick: Callback<()>,
}

/// Sends the form with a passkey in the place of the code, where the browser has them.
#[component]
pub fn PasskeyInstead(props: &Props) -> Html {
    let s = i18n::staff(use_locale());
    if !browser::has_passkeys() {
        return Html::default();
    }
    html! {
        <Button id="use-passkey" kind={ButtonKind::Secondary} busy={props.busy} onclick={props.onclick.clone()}>
            { s.use_passkey }
        </Button>
    }
}

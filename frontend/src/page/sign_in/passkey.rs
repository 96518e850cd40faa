use renzheng_types::session::{NewSession, PasskeySignIn};
use yew::prelude::*;

use crate::{
    api::{Failure, SignInAnswer},
    browser,
    component::{Button, ButtonKind},
    hook::{Form, Text, use_api, use_drafts, use_messages, use_session, use_task},
};

#[derive(Properties, PartialEq)]
pub struct Props {
    /// Says what went wrong, and whether the device is to remember.
    pub form: Form,
}

/// Signs in by a passkey, where the browser has them.
#[component]
pub fn PasskeyButton(props: &Props) -> Html {
    let s = &use_messages().sign_in;
    let (api, session, drafts) = (use_api(), use_session(), use_drafts());
    let task = use_task();
    let onclick = {
        let (form, task) = (props.form.clone(), task.clone());
        Callback::from(move |()| {
            let (form, session, drafts) = (form.clone(), session.clone(), drafts.clone());
            form.clear_errors();
            task.run(async move {
                let assertion = match api.ask_passkey().await {
                    Ok(Some(assertion)) => assertion,
                    Ok(None) => return form.object(Text::ours(|m| m.sign_in.passkey_declined)),
                    Err(failure) => return form.refuse(&failure, &[]),
                };
                let wanted = NewSession::Passkey(PasskeySignIn {
                    assertion,
                    remember: form.values().is_on("remember"),
                });
                match api.sign_in(&wanted).await {
                    Ok(SignInAnswer::Begun(begun)) => {
                        drafts.forget(super::FORM);
                        session.set_account(begun.account);
                    }
                    // A passkey is two proofs; the server asks for no other.
                    Ok(SignInAnswer::More(_)) => form.refuse(&Failure::Garbled, &[]),
                    Err(failure) => form.refuse(&failure, &[]),
                }
            });
        })
    };
    if !browser::has_passkeys() {
        return Html::default();
    }
    html! {
        <div class="other-way">
            <Button id="sign-in-passkey" kind={ButtonKind::Secondary} busy={task.busy()} busy_label={s.passkey_asking} {onclick}>
                { s.passkey }
            </Button>
        </div>
    }
}

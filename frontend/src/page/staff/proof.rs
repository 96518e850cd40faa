use yew::prelude::*;

use super::factor::PasskeyInstead;
use crate::{
    check,
    component::{Button, ButtonKind, PasswordField, Strength, TextField, Width},
    hook::{Form, use_locale, use_messages},
    i18n,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub form: Form,
    /// Sends it; whether by a passkey in the place of the code.
    pub onsubmit: Callback<bool>,
    pub busy: bool,
    /// Whether a new password is asked for.
    pub changes: bool,
    /// Whether they have a passkey.
    pub passkey: bool,
    pub submit: AttrValue,
    pub back: Callback<()>,
}

/// The present password and the code, with a new password where that is to change.
#[component]
pub fn ProofForm(props: &Props) -> Html {
    let locale = use_locale();
    let (p, w, m) = (
        i18n::people_words(locale),
        i18n::console_words(locale),
        use_messages(),
    );
    let form = &props.form;
    let score = check::password_score(form.values());
    let onsubmit = {
        let send = props.onsubmit.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            send.emit(false);
        })
    };
    let by_passkey = props.onsubmit.reform(|()| true);
    html! {
        <form id="account-form" novalidate=true {onsubmit}>
            <PasswordField form={form.clone()} name="password_now" show_id="show-password-now" label={p.password_now} autocomplete="current-password" />
            if props.changes {
                <PasswordField form={form.clone()} name="password" show_id="show-password" label={p.password_new} hint={m.register.password_hint} autocomplete="new-password" below={html! { <Strength {score} /> }} />
                <PasswordField form={form.clone()} name="password_confirm" show_id="show-password-confirm" label={m.register.confirm} autocomplete="new-password" />
            }
            <TextField form={form.clone()} name="code" label={p.code} hint={p.code_hint} autocomplete="one-time-code" width={Width::Medium} class="input--digits" />
            <div class="actions">
                <Button id="submit" submit=true busy={props.busy} busy_label={w.working}>{ &props.submit }</Button>
                if props.passkey {
                    <PasskeyInstead busy={props.busy} onclick={by_passkey} />
                }
                <Button id="cancel" kind={ButtonKind::Quiet} onclick={props.back.clone()}>{ w.cancel }</Button>
            </div>
        </form>
    }
}

use renzheng_types::{
    staff::{StaffMember, StaffSignIn},
    value::StaffLogin,
};
use yew::prelude::*;

use super::factor::{self, PasskeyInstead, Shown};
use crate::{
    check,
    component::{
        Button, ErrorSummary, NewWindowLink, Notice, Page, PasswordField, TextField, Tone, Width,
    },
    hook::{Text, Values, use_api, use_drafts, use_form, use_locale, use_service, use_task},
    i18n,
};

const FORM: &str = "staff-sign-in";
const FIELDS: &[&str] = &["login", "password", "code"];
/// Those that a passkey does not stand for.
const KNOWN: &[&str] = &["login", "password"];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    let missing = |texts: fn(&'static i18n::Staff) -> &'static str| {
        values
            .get(field)
            .trim()
            .is_empty()
            .then(|| Text::by(move |locale| texts(i18n::staff(locale)).into()))
    };
    match field {
        "login" => check::told(
            StaffLogin::parse(values.get("login")),
            ("请输入工号", "Enter your staff number"),
        ),
        "password" => missing(|s| s.password_missing),
        "code" => missing(|s| s.code_missing),
        _ => None,
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    /// Somebody was signed in here until just now.
    pub lapsed: bool,
    pub onsigned: Callback<StaffMember>,
}

/// Staff number, password, and the app's code or a passkey, all at once.
#[component]
pub fn SignIn(props: &Props) -> Html {
    let s = i18n::staff(use_locale());
    let (api, drafts, service) = (use_api(), use_drafts(), use_service());
    let form = use_form(FORM, FIELDS, wrong);
    let task = use_task();
    let send = {
        let (form, task, onsigned) = (form.clone(), task.clone(), props.onsigned.clone());
        Callback::from(move |by_passkey: bool| {
            if task.busy() || !form.accept(if by_passkey { KNOWN } else { FIELDS }) {
                return;
            }
            let (form, drafts, onsigned) = (form.clone(), drafts.clone(), onsigned.clone());
            task.run(async move {
                let Some(Shown { code, passkey }) = factor::shown(api, &form, by_passkey).await
                else {
                    return;
                };
                let credentials = StaffSignIn {
                    login: form.value("login"),
                    password: form.value("password"),
                    code,
                    passkey,
                };
                match api.staff_sign_in(&credentials).await {
                    Ok(session) => {
                        drafts.forget(FORM);
                        onsigned.emit(session.staff);
                    }
                    Err(failure) => {
                        form.set("code", "");
                        form.refuse(&failure, &[]);
                    }
                }
            });
        })
    };
    let onsubmit = {
        let send = send.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            send.emit(false);
        })
    };
    let by_passkey = send.reform(|()| true);
    let before = html! { <ErrorSummary form={form.clone()} /> };
    html! {
        <Page name="staff-sign-in" title={s.sign_in} {before} wrong={!form.summary().is_empty()}>
            if props.lapsed {
                <Notice tone={Tone::Info} id="lapsed"><p>{ s.lapsed }</p></Notice>
            }
            <p class="muted">{ s.sign_in_lead }</p>
            if let Some(inbox) = &service.inbox {
                <p><NewWindowLink id="demo-staff" href={format!("{}/staff", inbox.trim_end_matches('/'))}>{ s.demo }</NewWindowLink></p>
            }
            <form id="staff-sign-in-form" novalidate=true {onsubmit}>
                <TextField form={form.clone()} name="login" label={s.login} autocomplete="username" width={Width::Medium} />
                <PasswordField form={form.clone()} name="password" show_id="show-password" label={s.password} autocomplete="current-password" />
                <TextField form={form.clone()} name="code" label={s.code} hint={s.code_hint} autocomplete="one-time-code" width={Width::Medium} class="input--digits" />
                <div class="actions">
                    <Button id="submit" submit=true busy={task.busy()} busy_label={s.signing_in}>{ s.sign_in_now }</Button>
                    <PasskeyInstead busy={task.busy()} onclick={by_passkey} />
                </div>
            </form>
        </Page>
    }
}

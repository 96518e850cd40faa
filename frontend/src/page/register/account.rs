use renzheng_types::{
    account::{Account, NewAccount},
    sms_code::SmsCodePurpose,
};
use yew::prelude::*;
use yew_router::prelude::use_navigator;

use super::RegisterSteps;
use crate::{
    api::{Api, CodeUse, Failure},
    app::Route,
    check,
    component::{
        Button, Checkbox, ErrorSummary, LinkButton, NewWindowLink, Notice, Page, PasswordField,
        RouteLink, SmsCode, Strength, TextField, Tone, Width,
    },
    hook::{
        Form, Loaded, Text, Values, use_api, use_drafts, use_form, use_messages, use_remote,
        use_session, use_task,
    },
};

const FORM: &str = "register";
const FIELDS: &[&str] = &[
    "phone",
    "nickname",
    "password",
    "password_confirm",
    "captcha.text",
    "sms_code",
    "agree",
    "new_owner",
];
/// What is sent in the end; the picture code has been used up by then.
const SENT: &[&str] = &[
    "phone",
    "nickname",
    "password",
    "password_confirm",
    "sms_code",
    "agree",
];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    match field {
        "phone" => check::phone(values.get("phone")),
        "nickname" => check::nickname(values.get("nickname")),
        "password" => check::new_password(values),
        "password_confirm" => check::password_confirm(values),
        "captcha.text" => check::captcha(values),
        "sms_code" => check::sms_code(values.get("sms_code")),
        "agree" => (!values.is_on("agree")).then(|| Text::ours(|m| m.register.agree_missing)),
        _ => None,
    }
}

/// ① 填写账户信息
#[component]
pub fn Register() -> Html {
    let m = use_messages();
    let (r, c) = (&m.register, &m.common);
    let api = use_api();
    let (session, drafts, navigator) = (use_session(), use_drafts(), use_navigator());
    let form = use_form(FORM, FIELDS, wrong);
    let task = use_task();
    // The number that was found to have an account.
    let taken = use_state(String::new);
    let is_taken = !taken.is_empty() && *taken == form.value("phone");
    let new_owner = is_taken && form.values().is_on("new_owner");
    // The version the person can read while filling in the form is the one they accept.
    let agreement = use_remote((), move || api.current_agreement());
    let version = match &agreement.loaded {
        Loaded::Ready(agreement) => Some(agreement.version.clone()),
        Loaded::Loading | Loaded::Failed(_) => None,
    };

    let onsubmit = {
        let (form, task, taken) = (form.clone(), task.clone(), taken.clone());
        let (session, drafts) = (session.clone(), drafts.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(SENT) {
                return;
            }
            let (form, version, taken) = (form.clone(), version.clone(), taken.clone());
            let (session, drafts, navigator) = (session.clone(), drafts.clone(), navigator.clone());
            task.run(async move {
                match open_account(api, &form, version, new_owner).await {
                    Ok(account) => {
                        drafts.forget(FORM);
                        session.set_account(account);
                        if let Some(navigator) = navigator {
                            navigator.push(&Route::Identity);
                        }
                    }
                    Err(failure) if failure.code() == "phone-taken" => {
                        taken.set(form.value("phone"));
                        if new_owner {
                            form.object(Text::ours(|m| m.register.still_held));
                        } else {
                            // What was said of another number is not said of this one.
                            form.set("new_owner", "");
                            form.refuse(&failure, &[]);
                        }
                    }
                    Err(failure) => {
                        form.refuse(&failure, &[("agreement", "agree"), ("code", "sms_code")]);
                    }
                }
            });
        })
    };

    // The name menu, or the way back from the next step, leads here with an account already open.
    if let Some(account) = session.account().filter(|_| !task.busy()) {
        return html! {
            <Page name="register" title={r.signed_in_title}>
                <p class="lead">{ (r.signed_in_text)(&account.phone) }</p>
                <div class="actions">
                    <LinkButton to={Route::Me} id="to-me">{ r.next_centre }</LinkButton>
                </div>
            </Page>
        };
    }

    let before = html! { <><RegisterSteps current=0 /><ErrorSummary form={form.clone()} /></> };
    let strength = html! { <Strength score={check::password_score(form.values())} /> };
    html! {
        <Page name="register" title={r.steps[0]} {before} wrong={!form.summary().is_empty()}>
            <p class="muted">{ r.lead }</p>
            <form id="register-form" novalidate=true {onsubmit}>
                <TextField
                    form={form.clone()}
                    name="phone"
                    label={c.phone}
                    hint={r.phone_hint}
                    kind="tel"
                    autocomplete="username"
                    inputmode="tel"
                    width={Width::Medium}
                />
                if is_taken {
                    <Notice tone={Tone::Info} title={r.taken_title} id="phone-taken">
                        <p>{ r.taken_text }</p>
                        <p class="notice__ways">
                            <RouteLink to={Route::SignIn} id="taken-to-sign-in">{ c.sign_in }</RouteLink>
                            <RouteLink to={Route::Reset} id="taken-to-reset">{ m.sign_in.forgotten }</RouteLink>
                        </p>
                        <Checkbox form={form.clone()} name="new_owner" hint={r.new_owner_hint}>{ r.new_owner }</Checkbox>
                    </Notice>
                }
                <TextField
                    form={form.clone()}
                    name="nickname"
                    label={r.nickname}
                    hint={r.nickname_hint}
                    autocomplete="nickname"
                    width={Width::Medium}
                />
                <PasswordField
                    form={form.clone()}
                    name="password"
                    show_id="show-password"
                    label={r.new_password}
                    hint={r.password_hint}
                    autocomplete="new-password"
                    below={strength}
                />
                <PasswordField
                    form={form.clone()}
                    name="password_confirm"
                    show_id="show-password-confirm"
                    label={r.confirm}
                    autocomplete="new-password"
                />
                <section class="group" aria-labelledby="phone-group">
                    <h2 id="phone-group">{ r.phone_group }</h2>
                    <SmsCode form={form.clone()} code_use={CodeUse::Purpose(SmsCodePurpose::Register)} />
                </section>
                <Checkbox form={form.clone()} name="agree">
                    { r.agree }
                    <NewWindowLink href={"/agreement"} id="open-agreement">{ r.agreement_name }</NewWindowLink>
                </Checkbox>
                <div class="actions">
                    <Button id="submit" submit=true busy={task.busy()} busy_label={r.submitting}>{ r.submit }</Button>
                </div>
            </form>
            <p class="page__after">
                { r.have_account }{ " " }<RouteLink to={Route::SignIn} id="to-sign-in">{ c.sign_in }</RouteLink>
            </p>
        </Page>
    }
}

async fn open_account(
    api: Api,
    form: &Form,
    agreement: Option<String>,
    new_owner: bool,
) -> Result<Account, Failure> {
    let agreement = match agreement {
        Some(version) => version,
        None => api.current_agreement().await?.version,
    };
    let account = NewAccount {
        phone: form.value("phone"),
        nickname: form.value("nickname"),
        password: form.value("password"),
        sms_code: form.value("sms_code"),
        agreement,
        new_owner,
    };
    Ok(api.create_account(&account).await?.account)
}

use renzheng_types::{
    staff::{StaffEnrolment, StaffEnrolmentProof},
    value::{OneTimeCode, password},
};
use yew::prelude::*;

use crate::{
    api::Failure,
    app::Route,
    browser, check,
    component::{
        Button, CodeField, ErrorSummary, Fact, Facts, LinkButton, LoadFailed, Notice, Page,
        PasswordField, Skeleton, Steps, Strength, TextField, Tone, Width, qr_code,
    },
    hook::{
        Form, Loaded, Text, Values, use_api, use_drafts, use_form, use_locale, use_messages,
        use_remote_with, use_task,
    },
    i18n,
};

const FORM: &str = "staff-enrol";
const OWN: &[&str] = &["id_number", "phone", "password", "password_confirm"];
const FIELDS: &[&str] = &["id_number", "phone", "password", "password_confirm", "totp"];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    match field {
        "id_number" => check::id_number(values.get("id_number")),
        "phone" => check::phone(values.get("phone")),
        "password" => check::told(
            password::check(values.get("password"), &[values.get("phone")]),
            ("请设置密码", "Choose a password"),
        ),
        "password_confirm" => check::password_confirm(values),
        "totp" => check::told(
            OneTimeCode::parse(values.get("totp")),
            ("请输入 6 位验证码", "Enter the six digits of the code"),
        ),
        _ => None,
    }
}

#[derive(Clone, PartialEq)]
enum Step {
    Own,
    Link,
    Keep(Vec<String>),
}

/// What stands after the `#` of the link.
fn token() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    hash.unwrap_or_default().trim_start_matches('#').to_owned()
}

/// 启用账户: who one is, the authenticator app, the recovery codes.
#[component]
pub fn Enrol() -> Html {
    let s = i18n::staff(use_locale());
    let api = use_api();
    let token = use_memo((), |()| token());
    let step = use_state(|| Step::Own);
    let form = use_form(FORM, FIELDS, wrong);
    let remote = {
        let token = (*token).clone();
        use_remote_with(
            (),
            move || api.begin_staff_enrolment(token),
            |_: &Failure| (),
        )
    };
    let current = match &*step {
        Step::Own => 0,
        Step::Link => 1,
        Step::Keep(_) => 2,
    };
    let content = match (&*step, &remote.loaded) {
        (Step::Keep(codes), _) => html! { <Codes codes={codes.clone()} /> },
        (_, Loaded::Loading) => html! { <Skeleton lines=6 /> },
        (_, Loaded::Failed(failure)) if failure.code() == "staff-link-expired" => html! {
            <Notice tone={Tone::Bad} title={s.link_lapsed} id="link-lapsed" live=true><p>{ s.link_lapsed_text }</p></Notice>
        },
        (_, Loaded::Failed(failure)) => html! {
            <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} />
        },
        (Step::Own, Loaded::Ready(enrolment)) => {
            let on = step.clone();
            html! { <Own enrolment={(**enrolment).clone()} form={form.clone()} onnext={Callback::from(move |()| on.set(Step::Link))} /> }
        }
        (Step::Link, Loaded::Ready(enrolment)) => {
            let (on, back, refresh) = (step.clone(), step.clone(), remote.refresh.clone());
            html! {
                <Link
                    enrolment={(**enrolment).clone()}
                    token={(*token).clone()}
                    form={form.clone()}
                    ondone={Callback::from(move |codes| on.set(Step::Keep(codes)))}
                    onback={Callback::from(move |()| back.set(Step::Own))}
                    onlapsed={refresh}
                />
            }
        }
    };
    let before = html! {
        <>
            <Steps label={s.enrol} steps={&s.enrol_steps[..]} {current} />
            <ErrorSummary form={form.clone()} />
        </>
    };
    html! {
        <Page name="staff-enrol" title={s.enrol} heading={html! { s.enrol_steps[current] }} {before} wrong={!form.summary().is_empty()}>
            { content }
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct OwnProps {
    enrolment: StaffEnrolment,
    form: Form,
    onnext: Callback<()>,
}

/// ① Who it is, and their own password.
#[component]
fn Own(props: &OwnProps) -> Html {
    let (s, m) = (i18n::staff(use_locale()), use_messages());
    let (form, staff) = (&props.form, &props.enrolment.staff);
    let onsubmit = {
        let (form, onnext) = (form.clone(), props.onnext.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if form.accept(OWN) {
                onnext.emit(());
                browser::focus_heading();
            }
        })
    };
    let score = check::password_score(form.values());
    html! {
        <form id="own-form" novalidate=true {onsubmit}>
            <p class="lead">{ s.enrol_lead }</p>
            <Facts id="enrol-facts">
                <Fact label={s.name} id="enrol-name" value={AttrValue::from(staff.name.clone())} />
                <Fact label={s.login} id="enrol-login" value={AttrValue::from(staff.login.clone())} />
                <Fact label={s.role_label} value={AttrValue::from((s.role)(staff.role))} />
                if let Some(hall) = &staff.hall {
                    <Fact label={s.hall} value={AttrValue::from(hall.name.clone())} />
                }
            </Facts>
            <div class="group">
                <h2>{ s.own_title }</h2>
                <p class="muted">{ s.own_why }</p>
                <TextField form={form.clone()} name="id_number" label={s.own_id_number} width={Width::Medium} class="input--digits" />
                <TextField form={form.clone()} name="phone" label={s.own_phone} kind="tel" inputmode="tel" autocomplete="tel-national" width={Width::Medium} />
            </div>
            <PasswordField form={form.clone()} name="password" show_id="show-password" label={s.new_password} hint={m.register.password_hint} autocomplete="new-password" below={html! { <Strength {score} /> }} />
            <PasswordField form={form.clone()} name="password_confirm" show_id="show-password-confirm" label={m.register.confirm} autocomplete="new-password" />
            <div class="actions">
                <Button id="submit" submit=true>{ s.go_on }</Button>
            </div>
        </form>
    }
}

#[derive(Properties, PartialEq)]
struct LinkProps {
    enrolment: StaffEnrolment,
    token: String,
    form: Form,
    ondone: Callback<Vec<String>>,
    /// Something of the first step is wrong after all.
    onback: Callback<()>,
    /// The app's secret has lapsed.
    onlapsed: Callback<()>,
}

/// ② The authenticator app; then everything is sent at once.
#[component]
fn Link(props: &LinkProps) -> Html {
    let (s, m) = (i18n::staff(use_locale()), use_messages());
    let (api, drafts) = (use_api(), use_drafts());
    let task = use_task();
    let form = &props.form;
    let onsubmit = {
        let (form, task, token) = (form.clone(), task.clone(), props.token.clone());
        let (ondone, onback, onlapsed) = (
            props.ondone.clone(),
            props.onback.clone(),
            props.onlapsed.clone(),
        );
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(&["totp"]) {
                return;
            }
            let proof = StaffEnrolmentProof {
                token: token.clone(),
                password: form.value("password"),
                id_number: form.value("id_number"),
                phone: form.value("phone"),
                code: form.value("totp"),
            };
            let (form, drafts) = (form.clone(), drafts.clone());
            let (ondone, onback, onlapsed) = (ondone.clone(), onback.clone(), onlapsed.clone());
            task.run(async move {
                match api.confirm_staff_enrolment(&proof).await {
                    Ok(enrolled) => {
                        drafts.forget(FORM);
                        ondone.emit(enrolled.recovery_codes);
                        browser::focus_heading();
                    }
                    Err(failure) => {
                        form.set("totp", "");
                        form.refuse(&failure, &[("code", "totp")]);
                        let own = |field: &str| OWN.contains(&field);
                        if failure.field_errors().iter().any(|error| own(&error.field)) {
                            onback.emit(());
                        } else if failure.code() == "enrolment-expired" {
                            onlapsed.emit(());
                        }
                    }
                }
            });
        })
    };
    let totp = &props.enrolment.totp;
    html! {
        <form id="totp-form" novalidate=true {onsubmit}>
            <p class="muted">{ m.security.totp_app }</p>
            <p>{ m.security.totp_scan }</p>
            { qr_code(&totp.uri, m.security.totp_alt) }
            <p>{ m.security.totp_hand }</p>
            <p><code id="totp-secret" class="secret">{ &totp.secret }</code></p>
            <CodeField form={form.clone()} name="totp" label={m.security.totp_code} hint={m.security.totp_code_hint} />
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy()} busy_label={m.security.checking}>{ s.enrol_now }</Button>
            </div>
        </form>
    }
}

#[derive(Properties, PartialEq)]
pub struct CodesProps {
    pub codes: Vec<String>,
    /// In the place of others, by somebody who is at work.
    #[prop_or_default]
    pub renewed: bool,
}

/// ③ The recovery codes, the one time they are shown.
#[component]
pub fn Codes(props: &CodesProps) -> Html {
    let (s, m) = (i18n::staff(use_locale()), use_messages());
    let text = props.codes.join("\n");
    let codes = props
        .codes
        .iter()
        .map(|code| html! { <li><code>{ code }</code></li> });
    html! {
        <>
            if !props.renewed {
                <Notice tone={Tone::Good} id="enrolled" live=true><p>{ s.enrolled }</p></Notice>
            }
            <Notice tone={Tone::Wait} title={m.security.codes_title} id="codes-note"><p>{ s.codes_why }</p></Notice>
            <ul id="recovery-codes" class="codes">{ for codes }</ul>
            <div class="codes__actions">
                <a id="download-codes" class="button button--quiet" download="recovery-codes.txt" href={browser::text_url("text/plain", &text)}>{ m.security.download }</a>
            </div>
            <div class="actions"><LinkButton to={Route::Staff} id="codes-kept">{ s.codes_kept }</LinkButton></div>
        </>
    }
}

use renzheng_types::{
    staff::{StaffPasswordChange, StaffProof},
    value::password,
};
use yew::prelude::*;

use super::frame::{StaffPage, use_staff};
use crate::{
    app::Route,
    browser, check,
    component::{
        Button, ButtonKind, ErrorSummary, Fact, Facts, Notice, PasswordField, Strength, TextField,
        Tone, Width,
    },
    hook::{Form, Text, Values, use_api, use_drafts, use_form, use_locale, use_messages, use_task},
    i18n,
};

const FORM: &str = "staff-account";
const FIELDS: &[&str] = &["password_now", "password", "password_confirm", "code"];
const PROOF: &[&str] = &["password_now", "code"];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    let missing = |text: fn(&'static i18n::Staff) -> &'static str| {
        let empty = values.get(field).trim().is_empty();
        empty.then(|| Text::by(move |locale| text(i18n::staff(locale)).into()))
    };
    match field {
        "password_now" => missing(|s| s.password_missing),
        "code" => missing(|s| s.code_missing),
        "password" => check::told(
            password::check(values.get("password"), &[]),
            ("请设置密码", "Choose a password"),
        ),
        "password_confirm" => check::password_confirm(values),
        _ => None,
    }
}

/// What somebody is at.
#[derive(Clone, PartialEq)]
enum Step {
    Shown,
    Password,
    Codes,
    /// What was done, and the new recovery codes if that was it.
    Done(Option<Vec<String>>),
}

/// 我的账户: password and recovery codes, each with the present password and the app's code.
#[component]
pub fn Account() -> Html {
    let locale = use_locale();
    let (s, p) = (i18n::staff(locale), i18n::people_words(locale));
    let (api, staff, drafts) = (use_api(), use_staff(), use_drafts());
    let step = use_state(|| Step::Shown);
    let form = use_form(FORM, FIELDS, wrong);
    let task = use_task();
    let turn = |to: Step| {
        let (step, form) = (step.clone(), form.clone());
        Callback::from(move |()| {
            for field in FIELDS {
                form.set(field, "");
            }
            form.clear_errors();
            step.set(to.clone());
            browser::focus_heading();
        })
    };
    let onsubmit = {
        let (form, task, step, staff) = (form.clone(), task.clone(), step.clone(), staff.clone());
        let done = turn(Step::Done(None));
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let changes = *step == Step::Password;
            if task.busy() || !form.accept(if changes { FIELDS } else { PROOF }) {
                return;
            }
            let (form, step, staff) = (form.clone(), step.clone(), staff.clone());
            let (drafts, done) = (drafts.clone(), done.clone());
            let (password, code) = (form.value("password_now"), form.value("code"));
            task.run(async move {
                let answer = if changes {
                    let new_password = form.value("password");
                    let change = StaffPasswordChange {
                        password,
                        new_password,
                        code,
                    };
                    api.change_staff_password(&change).await.map(|()| None)
                } else {
                    let renewed = api.renew_staff_codes(&StaffProof { password, code }).await;
                    renewed.map(|codes| Some(codes.codes))
                };
                match answer {
                    Ok(codes) => {
                        drafts.forget(FORM);
                        done.emit(());
                        step.set(Step::Done(codes));
                    }
                    Err(failure) => {
                        staff.note(&failure);
                        form.set("code", "");
                        form.refuse(
                            &failure,
                            &[("password", "password_now"), ("new_password", "password")],
                        );
                    }
                }
            });
        })
    };
    let member = &staff.member;
    let (title, content) = match &*step {
        Step::Shown => (
            p.own_account,
            html! {
                <>
                    <Facts id="own">
                        <Fact label={s.name} value={AttrValue::from(member.name.clone())} />
                        <Fact label={s.login} value={AttrValue::from(member.login.clone())} />
                        <Fact label={s.role_label} value={AttrValue::from((s.role)(member.role))} />
                        if let Some(hall) = &member.hall {
                            <Fact label={s.hall} value={AttrValue::from(hall.name.clone())} />
                        }
                        <Fact label={p.codes_left} value={AttrValue::from(member.recovery_codes_left.to_string())} />
                    </Facts>
                    <div class="actions">
                        <Button id="to-password" kind={ButtonKind::Secondary} onclick={turn(Step::Password)}>{ p.change_password }</Button>
                        <Button id="to-codes" kind={ButtonKind::Secondary} onclick={turn(Step::Codes)}>{ p.renew_codes }</Button>
                    </div>
                </>
            },
        ),
        Step::Password => (
            p.change_password,
            proof_form(&form, onsubmit, task.busy(), true, turn(Step::Shown)),
        ),
        Step::Codes => (
            p.renew_codes,
            html! {
                <>
                    <p class="lead">{ p.renew_codes_why }</p>
                    { proof_form(&form, onsubmit, task.busy(), false, turn(Step::Shown)) }
                </>
            },
        ),
        Step::Done(None) => (
            p.own_account,
            html! { <Notice tone={Tone::Good} id="password-changed" live=true><p>{ p.password_changed }</p></Notice> },
        ),
        Step::Done(Some(codes)) => (
            p.renew_codes,
            html! { <super::enrol::Codes codes={codes.clone()} renewed=true /> },
        ),
    };
    let before = html! { <ErrorSummary form={form.clone()} /> };
    html! {
        <StaffPage name="staff-account" {title} here={Route::StaffAccount} {before} wrong={!form.summary().is_empty()}>
            { content }
        </StaffPage>
    }
}

fn proof_form(
    form: &Form,
    onsubmit: Callback<SubmitEvent>,
    busy: bool,
    changes: bool,
    back: Callback<()>,
) -> Html {
    html! { <ProofForm form={form.clone()} {onsubmit} {busy} {changes} {back} /> }
}

#[derive(Properties, PartialEq)]
struct ProofProps {
    form: Form,
    onsubmit: Callback<SubmitEvent>,
    busy: bool,
    /// Whether a new password is asked for.
    changes: bool,
    back: Callback<()>,
}

/// The present password and the code, with a new password where that is to change.
#[component]
fn ProofForm(props: &ProofProps) -> Html {
    let locale = use_locale();
    let (p, w, m) = (
        i18n::people_words(locale),
        i18n::console_words(locale),
        use_messages(),
    );
    let form = &props.form;
    let score = check::password_score(form.values());
    html! {
        <form id="account-form" novalidate=true onsubmit={props.onsubmit.clone()}>
            <PasswordField form={form.clone()} name="password_now" show_id="show-password-now" label={p.password_now} autocomplete="current-password" />
            if props.changes {
                <PasswordField form={form.clone()} name="password" show_id="show-password" label={p.password_new} hint={m.register.password_hint} autocomplete="new-password" below={html! { <Strength {score} /> }} />
                <PasswordField form={form.clone()} name="password_confirm" show_id="show-password-confirm" label={m.register.confirm} autocomplete="new-password" />
            }
            <TextField form={form.clone()} name="code" label={p.code} hint={p.code_hint} autocomplete="one-time-code" width={Width::Medium} class="input--digits" />
            <div class="actions">
                <Button id="submit" submit=true busy={props.busy} busy_label={w.working}>{ if props.changes { p.change_password } else { p.renew_codes } }</Button>
                <Button id="cancel" kind={ButtonKind::Quiet} onclick={props.back.clone()}>{ w.cancel }</Button>
            </div>
        </form>
    }
}

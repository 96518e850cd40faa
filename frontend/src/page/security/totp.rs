use renzheng_types::{second_factor::TotpEnrolment, step_up::StepUpPurpose};
use yew::prelude::*;

use super::recovery::CodeList;
use crate::{
    app::Route,
    check,
    component::{Back, Button, CodeField, ErrorSummary, Page, Proved, Steps, qr_code, use_act},
    hook::{Text, Values, use_api, use_form, use_messages, use_session, use_steps, use_task},
};

const FIELDS: &[&str] = &["totp"];

fn wrong(_: &str, values: &Values) -> Option<Text> {
    check::sms_code(values.get("totp"))
}

#[derive(Clone, PartialEq)]
enum Step {
    Prove,
    Link(TotpEnrolment),
    Keep(Vec<String>),
}

/// Sets up an authenticator app: prove who is there, link it, keep the recovery codes.
#[component]
pub fn Totp() -> Html {
    let (s, api) = (&use_messages().security, use_api());
    let act = use_act();
    let steps = use_steps(|| Step::Prove);
    let onproof = {
        let (act, steps) = (act.clone(), steps.clone());
        Callback::from(move |proof: String| {
            let steps = steps.clone();
            let call = async move { api.enrol_totp(&proof).await };
            act.run(call, move |enrolment| steps.go_on(Step::Link(enrolment)));
        })
    };
    let ondone = {
        let steps = steps.clone();
        Callback::from(move |codes| steps.restart(Step::Keep(codes)))
    };
    let (current, content) = match steps.current() {
        Step::Prove => (
            0,
            html! { <Proved purpose={StepUpPurpose::SecondFactor} submit={s.step_up_submit} {onproof} {act} /> },
        ),
        Step::Link(enrolment) => (1, html! { <Link enrolment={enrolment.clone()} {ondone} /> }),
        Step::Keep(codes) => (2, html! { <CodeList codes={codes.clone()} /> }),
    };
    let before = html! { <><Back to={Route::Security}>{ s.back }</Back><Steps label={s.factor} steps={&s.steps[..]} {current} /></> };
    html! {
        <Page name="totp" title={s.totp_title} heading={html! { s.steps[current] }} {before}>
            { content }
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct LinkProps {
    enrolment: TotpEnrolment,
    ondone: Callback<Vec<String>>,
}

#[component]
fn Link(props: &LinkProps) -> Html {
    let s = &use_messages().security;
    let (api, session) = (use_api(), use_session());
    let form = use_form("totp", FIELDS, wrong);
    let task = use_task();
    let onsubmit = {
        let (form, task, ondone) = (form.clone(), task.clone(), props.ondone.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let (form, session, ondone) = (form.clone(), session.clone(), ondone.clone());
            task.run(async move {
                match api.confirm_totp(form.value("totp")).await {
                    Ok(new) => {
                        form.set("totp", "");
                        ondone.emit(new.codes);
                    }
                    Err(failure) => {
                        session.note(&failure);
                        form.refuse(&failure, &[("code", "totp")]);
                    }
                }
            });
        })
    };
    let enrolment = &props.enrolment;
    html! {
        <form id="totp-form" novalidate=true {onsubmit}>
            <ErrorSummary form={form.clone()} />
            <p class="muted">{ s.totp_app }</p>
            <p>{ s.totp_scan }</p>
            { qr_code(&enrolment.uri, s.totp_alt) }
            <p>{ s.totp_hand }</p>
            <p><code id="totp-secret" class="secret">{ &enrolment.secret }</code></p>
            <CodeField form={form.clone()} name="totp" label={s.totp_code} hint={s.totp_code_hint} />
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy()} busy_label={s.checking}>{ s.totp_confirm }</Button>
            </div>
        </form>
    }
}

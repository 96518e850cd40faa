use renzheng_types::step_up::StepUpPurpose;
use yew::prelude::*;

use super::{Done, Flow, Step, lapsed};
use crate::{
    check,
    component::{Button, PasswordField, StepUp, Strength},
    hook::{
        Form, Text, Values, use_account, use_api, use_drafts, use_form, use_locale, use_messages,
        use_session, use_steps, use_task,
    },
    i18n,
};

const FORM: &str = "new-password";
const FIELDS: &[&str] = &["password", "password_confirm"];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    match field {
        "password" => check::new_password(values),
        _ => check::password_confirm(values),
    }
}

/// 修改密码
#[component]
pub fn Password() -> Html {
    let locale = use_locale();
    let w = i18n::credential(locale);
    let (api, session, drafts) = (use_api(), use_session(), use_drafts());
    let account = use_account();
    let form = use_form(FORM, FIELDS, wrong);
    let task = use_task();
    let steps = use_steps(|| Step::Prove);
    {
        // What a new password must not be built on.
        let form = form.clone();
        use_effect_with(account.nickname.clone(), move |nickname| {
            form.set("nickname", nickname.clone());
        });
    }
    let onproof = {
        let steps = steps.clone();
        Callback::from(move |proof| steps.go_on(Step::Change(proof)))
    };
    let onsubmit = {
        let (form, task, steps) = (form.clone(), task.clone(), steps.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(proof) = steps.current().proof() else {
                return;
            };
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let (form, session, drafts) = (form.clone(), session.clone(), drafts.clone());
            let steps = steps.clone();
            task.run(async move {
                match api.change_password(&proof, form.value("password")).await {
                    Ok(()) => {
                        drafts.forget(FORM);
                        steps.restart(Step::Done);
                    }
                    Err(failure) if lapsed(&failure) => steps.restart(Step::Lapsed),
                    Err(failure) => {
                        session.note(&failure);
                        form.refuse(&failure, &[("new_password", "password")]);
                    }
                }
            });
        })
    };
    let (current, content) = match steps.current() {
        step @ (Step::Prove | Step::Lapsed) => (
            0,
            html! { <>{ step.news(locale) }<StepUp purpose={StepUpPurpose::Password} {onproof} /></> },
        ),
        Step::Change(_) => (
            1,
            html! {
                <form id="password-form" novalidate=true {onsubmit}>
                    <NewPassword form={form.clone()} />
                    <div class="actions">
                        <Button id="submit" submit=true busy={task.busy()} busy_label={w.submitting}>{ w.password_submit }</Button>
                    </div>
                </form>
            },
        ),
        Step::Done => (
            2,
            html! { <Done title={w.password_done} text={w.password_done_text} /> },
        ),
    };
    html! {
        <Flow name="change-password" title={w.password} steps={&w.password_steps[..]} {current} form={(current == 1).then(|| form.clone())}>
            { content }
        </Flow>
    }
}

#[derive(Properties, PartialEq)]
pub struct NewPasswordProps {
    /// Has the fields `password` and `password_confirm`.
    pub form: Form,
}

/// A new password, its strength, and its repetition.
#[component]
pub fn NewPassword(props: &NewPasswordProps) -> Html {
    let r = &use_messages().register;
    let form = &props.form;
    let below = html! { <Strength score={check::password_score(form.values())} /> };
    html! {
        <>
            <PasswordField form={form.clone()} name="password" show_id="show-password" label={r.new_password}
                hint={r.password_hint} autocomplete="new-password" {below} />
            <PasswordField form={form.clone()} name="password_confirm" show_id="show-password-confirm" label={r.confirm}
                autocomplete="new-password" />
        </>
    }
}

use renzheng_types::{credential::PhoneChange, step_up::StepUpPurpose};
use yew::prelude::*;

use super::{Done, Flow, Step, lapsed};
use crate::{
    api::CodeUse,
    check,
    component::{Button, SmsCode, StepUp, TextField, Width},
    hook::{
        Text, Values, use_account, use_api, use_drafts, use_form, use_locale, use_session,
        use_steps, use_task,
    },
    i18n,
};

const FORM: &str = "new-phone";
const FIELDS: &[&str] = &["phone", "captcha.text", "sms_code"];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    match field {
        "phone" => check::phone(values.get("phone")),
        "captcha.text" => check::captcha(values),
        _ => check::sms_code(values.get("sms_code")),
    }
}

/// 修改手机号码
#[component]
pub fn ChangePhone() -> Html {
    let locale = use_locale();
    let w = i18n::credential(locale);
    let (api, session, drafts) = (use_api(), use_session(), use_drafts());
    let form = use_form(FORM, FIELDS, wrong);
    let task = use_task();
    let account = use_account();
    let steps = use_steps(|| Step::Prove);
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
            if task.busy() || !form.accept(&["phone", "sms_code"]) {
                return;
            }
            let (form, session, drafts) = (form.clone(), session.clone(), drafts.clone());
            let steps = steps.clone();
            task.run(async move {
                let change = PhoneChange {
                    phone: form.value("phone"),
                    code: form.value("sms_code"),
                };
                match api.change_phone(&proof, &change).await {
                    Ok(account) => {
                        drafts.forget(FORM);
                        session.set_account(account);
                        steps.restart(Step::Done);
                    }
                    Err(failure) if lapsed(&failure) => steps.restart(Step::Lapsed),
                    Err(failure) => {
                        session.note(&failure);
                        form.refuse(&failure, &[("code", "sms_code")]);
                    }
                }
            });
        })
    };
    let (current, content) = match steps.current() {
        step @ (Step::Prove | Step::Lapsed) => (
            0,
            html! { <>{ step.news(locale) }<StepUp purpose={StepUpPurpose::Phone} {onproof} /></> },
        ),
        Step::Change(_) => (
            1,
            html! {
                <form id="phone-form" novalidate=true {onsubmit}>
                    <TextField form={form.clone()} name="phone" label={w.phone_new} hint={w.phone_hint} kind="tel"
                        autocomplete="tel-national" inputmode="tel" width={Width::Medium} />
                    <SmsCode form={form.clone()} code_use={CodeUse::NewPhone} />
                    <div class="actions">
                        <Button id="submit" submit=true busy={task.busy()} busy_label={w.submitting}>{ w.phone_submit }</Button>
                    </div>
                </form>
            },
        ),
        Step::Done => {
            let text = (w.phone_done_text)(&account.phone);
            (2, html! { <Done title={w.phone_done} {text} /> })
        }
    };
    html! {
        <Flow name="change-phone" title={w.phone} steps={&w.phone_steps[..]} {current} form={(current == 1).then(|| form.clone())}>
            { content }
        </Flow>
    }
}

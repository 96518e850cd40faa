//! ① Which account.

use renzheng_types::{captcha::CaptchaAnswer, password_reset::NewPasswordReset};
use yew::prelude::*;

use super::Step;
use crate::{
    api::Failure,
    component::{Button, CaptchaField, TextField, Width},
    hook::{Form, use_api, use_captcha, use_locale, use_messages, use_task},
    i18n,
};

#[derive(Properties, PartialEq)]
pub struct AccountProps {
    pub form: Form,
    pub onstep: Callback<Step>,
}

#[component]
pub fn AccountStep(props: &AccountProps) -> Html {
    let (m, w) = (use_messages(), i18n::reset(use_locale()));
    let api = use_api();
    let task = use_task();
    let captcha = use_captcha(true);
    let onsubmit = {
        let (form, task, captcha) = (props.form.clone(), task.clone(), captcha.clone());
        let onstep = props.onstep.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(&["phone", "captcha.text"]) {
                return;
            }
            let Some(challenge) = captcha.challenge() else {
                captcha.renew.emit(());
                return;
            };
            let wanted = NewPasswordReset {
                account: form.value("phone"),
                captcha: CaptchaAnswer {
                    id: challenge.id,
                    text: form.value("captcha.text"),
                },
            };
            let (form, captcha, onstep) = (form.clone(), captcha.clone(), onstep.clone());
            task.run(async move {
                let answer = api.begin_reset(&wanted).await;
                if !matches!(answer, Err(Failure::Unreachable)) {
                    form.set("captcha.text", "");
                }
                match answer {
                    Ok(reset) => onstep.emit(Step::Prove(reset)),
                    Err(failure) => {
                        captcha.renew.emit(());
                        let aliases = [
                            ("account", "phone"),
                            ("captcha", "captcha.text"),
                            ("captcha.id", "captcha.text"),
                        ];
                        form.refuse(&failure, &aliases);
                    }
                }
            });
        })
    };
    html! {
        <form id="reset-account" novalidate=true {onsubmit}>
            <p class="lead">{ w.lead }</p>
            <TextField form={props.form.clone()} name="phone" label={m.sign_in.account} hint={m.sign_in.account_hint}
                autocomplete="username" inputmode="email" width={Width::Medium} />
            <CaptchaField form={props.form.clone()} {captcha} />
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy()} busy_label={m.common.loading}>{ w.next }</Button>
            </div>
        </form>
    }
}

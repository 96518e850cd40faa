//! ③ The new password.

use renzheng_types::password_reset::ResetPassword;
use uuid::Uuid;
use yew::prelude::*;

use super::{Step, is_over};
use crate::{
    component::Button,
    hook::{Form, use_api, use_locale, use_messages, use_task},
    i18n,
    page::credential::NewPassword,
};

#[derive(Properties, PartialEq)]
pub struct RenewProps {
    pub form: Form,
    pub id: Uuid,
    pub token: String,
    pub onstep: Callback<Step>,
}

#[component]
pub fn RenewStep(props: &RenewProps) -> Html {
    let (m, w) = (use_messages(), i18n::reset(use_locale()));
    let api = use_api();
    let task = use_task();
    let onsubmit = {
        let (form, task, onstep) = (props.form.clone(), task.clone(), props.onstep.clone());
        let (id, token) = (props.id, props.token.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(&["password", "password_confirm"]) {
                return;
            }
            let new = ResetPassword {
                reset_token: token.clone(),
                password: form.value("password"),
            };
            let (form, onstep) = (form.clone(), onstep.clone());
            task.run(async move {
                match api.reset_password(id, &new).await {
                    Ok(()) => onstep.emit(Step::Done),
                    Err(failure) if is_over(&failure) => onstep.emit(Step::Lapsed),
                    Err(failure) => form.refuse(&failure, &[]),
                }
            });
        })
    };
    html! {
        <form id="reset-password" novalidate=true {onsubmit}>
            <NewPassword form={props.form.clone()} />
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy()} busy_label={m.common.loading}>{ w.submit }</Button>
            </div>
        </form>
    }
}

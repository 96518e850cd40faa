//! 忘记密码, in four steps.

mod account;
mod prove;
mod renew;

use renzheng_types::password_reset::PasswordReset;
use uuid::Uuid;
use yew::prelude::*;

use self::{account::AccountStep, prove::ProveStep, renew::RenewStep};
use crate::{
    api::Failure,
    app::Route,
    check,
    component::{Button, ErrorSummary, LinkButton, Notice, Page, Steps, Tone},
    hook::{Text, Values, use_drafts, use_form, use_locale, use_messages, use_steps},
    i18n,
};

const FORM: &str = "reset";
const FIELDS: &[&str] = &[
    "phone",
    "captcha.text",
    "sms_code",
    "totp",
    "recovery",
    "id_number",
    "password",
    "password_confirm",
];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    match field {
        "phone" => check::account(values.get("phone")),
        "captcha.text" => check::captcha(values),
        "sms_code" => check::sms_code(values.get("sms_code")),
        "totp" => check::sms_code(values.get("totp")),
        "recovery" => values
            .get("recovery")
            .trim()
            .is_empty()
            .then(|| Text::ours(|m| m.second_step.missing)),
        "id_number" => check::id_number(values.get("id_number")),
        "password" => check::new_password(values),
        _ => check::password_confirm(values),
    }
}

#[derive(Clone, PartialEq)]
enum Step {
    Account,
    Prove(PasswordReset),
    Renew { id: Uuid, token: String },
    Done,
    Lapsed,
}

/// Whether the reset can't be gone on with.
fn is_over(failure: &Failure) -> bool {
    matches!(failure.status(), Some(404 | 410))
}

#[component]
pub fn Reset() -> Html {
    let locale = use_locale();
    let (m, w) = (use_messages(), i18n::reset(locale));
    let drafts = use_drafts();
    let form = use_form(FORM, FIELDS, wrong);
    let steps = use_steps(|| Step::Account);
    let onstep = {
        let steps = steps.clone();
        Callback::from(move |next: Step| match next {
            Step::Prove(_) | Step::Renew { .. } => steps.go_on(next),
            Step::Account | Step::Lapsed => steps.restart(next),
            Step::Done => {
                drafts.forget(FORM);
                steps.restart(next);
            }
        })
    };
    {
        // What was said of the fields of one step says nothing on another.
        let form = form.clone();
        use_effect_with(steps.current().clone(), move |_| form.clear_errors());
    }
    let form_of = || form.clone();
    let (current, content) = match steps.current() {
        Step::Account => (0, html! { <AccountStep form={form_of()} {onstep} /> }),
        Step::Prove(reset) => (
            1,
            html! { <ProveStep form={form_of()} reset={reset.clone()} {onstep} /> },
        ),
        Step::Renew { id, token } => (
            2,
            html! { <RenewStep form={form_of()} id={*id} token={token.clone()} {onstep} /> },
        ),
        Step::Done => (
            3,
            html! {
                <>
                    <Notice tone={Tone::Good} title={w.done} id="done" live=true><p>{ w.done_text }</p></Notice>
                    <div class="actions"><LinkButton to={Route::SignIn} id="to-sign-in">{ m.common.sign_in }</LinkButton></div>
                </>
            },
        ),
        Step::Lapsed => {
            let again = Callback::from(move |()| onstep.emit(Step::Account));
            (
                0,
                html! {
                    <>
                        <Notice tone={Tone::Bad} id="lapsed" live=true><p>{ w.lapsed }</p></Notice>
                        <div class="actions"><Button id="again" onclick={again}>{ w.again }</Button></div>
                    </>
                },
            )
        }
    };
    let before = html! {
        <>
            <Steps label={w.title} steps={&w.steps[..]} {current} finished={current == 3} />
            <ErrorSummary form={form.clone()} />
        </>
    };
    html! {
        <Page name="reset" title={w.title} heading={html! { w.steps[current] }} {before} wrong={!form.summary().is_empty()}>
            { content }
        </Page>
    }
}

use renzheng_types::step_up::StepUpPurpose;
use yew::prelude::*;

use super::{FIELDS, wrong};
use crate::{
    app::Route,
    browser,
    component::{
        Back, Button, ErrorSummary, LinkButton, Notice, Page, Proved, Steps, TextField, Tone,
        Width, use_act,
    },
    hook::{Text, use_api, use_form, use_locale, use_messages, use_session, use_task},
    i18n,
    page::security::CodeList,
};

#[derive(Clone, PartialEq)]
enum Step {
    Prove,
    /// What the browser is asked to make, as the server put it.
    Create(AttrValue),
    /// With the recovery codes, when this is the first second factor.
    Done(Vec<String>),
    Lapsed,
}

/// Adds a passkey: prove who is there, let the browser make it, done.
#[component]
pub fn AddPasskey() -> Html {
    let (w, api) = (i18n::passkey(use_locale()), use_api());
    let act = use_act();
    let step = use_state(|| Step::Prove);
    let onproof = {
        let (act, step) = (act.clone(), step.clone());
        Callback::from(move |proof: String| {
            let step = step.clone();
            let call = async move { api.begin_passkey(&proof).await };
            act.run(call, move |asked| step.set(Step::Create(asked.into())));
        })
    };
    let onstep = {
        let step = step.clone();
        Callback::from(move |next| {
            step.set(next);
            browser::focus_heading();
        })
    };
    let (current, content) = match &*step {
        Step::Prove => (
            0,
            html! { <Proved purpose={StepUpPurpose::SecondFactor} submit={w.add} {onproof} {act} /> },
        ),
        Step::Create(asked) => (1, html! { <Create asked={asked.clone()} {onstep} /> }),
        Step::Done(codes) => (
            2,
            html! {
                <>
                    <Notice tone={Tone::Good} title={w.added} id="passkey-added" live=true><p>{ w.added_text }</p></Notice>
                    if codes.is_empty() {
                        <div class="actions"><LinkButton to={Route::Passkeys} id="to-passkeys">{ w.back }</LinkButton></div>
                    } else {
                        <CodeList codes={codes.clone()} />
                    }
                </>
            },
        ),
        Step::Lapsed => {
            let again = Callback::from(move |()| onstep.emit(Step::Prove));
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
            <Back to={Route::Passkeys}>{ w.back }</Back>
            <Steps label={w.add_title} steps={&w.steps[..]} {current} finished={current == 2} />
        </>
    };
    html! {
        <Page name="add-passkey" title={w.add_title} {before}>{ content }</Page>
    }
}

#[derive(Properties, PartialEq)]
struct CreateProps {
    asked: AttrValue,
    onstep: Callback<Step>,
}

/// The name, and the browser's part. A refusal of the browser costs nothing: it can be asked again.
#[component]
fn Create(props: &CreateProps) -> Html {
    let locale = use_locale();
    let w = i18n::passkey(locale);
    let (m, api, session) = (&use_messages().me, use_api(), use_session());
    let form = use_form("passkey", FIELDS, wrong);
    let task = use_task();
    {
        let form = form.clone();
        use_effect_with((), move |()| {
            if form.value("name").is_empty() {
                form.set("name", w.device_name);
            }
        });
    }
    let onsubmit = {
        let (form, task) = (form.clone(), task.clone());
        let (asked, onstep) = (props.asked.clone(), props.onstep.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let (form, session, asked, onstep) =
                (form.clone(), session.clone(), asked.clone(), onstep.clone());
            task.run(async move {
                let made = browser::passkey("create", &asked).await;
                match api.add_passkey(form.value("name"), made).await {
                    Ok(Some(added)) => {
                        form.set("name", "");
                        onstep.emit(Step::Done(added.recovery_codes));
                    }
                    Ok(None) => {
                        form.object(Text::by(|locale| i18n::passkey(locale).declined.into()));
                    }
                    Err(failure) if failure.status() == Some(410) => onstep.emit(Step::Lapsed),
                    Err(failure) => {
                        session.note(&failure);
                        form.refuse(&failure, &[]);
                    }
                }
            });
        })
    };
    html! {
        <form id="passkey-form" novalidate=true {onsubmit}>
            <ErrorSummary form={form.clone()} />
            <p class="lead">{ w.ready }</p>
            <TextField form={form.clone()} name="name" label={w.name} hint={w.name_hint} width={Width::Medium} />
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy()} busy_label={w.creating}>{ w.create }</Button>
                <LinkButton to={Route::Passkeys} id="cancel" secondary=true>{ m.cancel }</LinkButton>
            </div>
        </form>
    }
}

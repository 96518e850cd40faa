use renzheng_types::step_up::StepUpPurpose;
use yew::prelude::*;

use super::make::Make;
use crate::{
    api::Holder,
    app::Route,
    component::{Back, Button, LinkButton, Notice, Page, Proved, Steps, Tone, use_act},
    hook::{use_api, use_locale, use_messages, use_session, use_steps},
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
    let (w, api, session) = (i18n::passkey(use_locale()), use_api(), use_session());
    let m = &use_messages().me;
    let act = use_act();
    let steps = use_steps(|| Step::Prove);
    let onproof = {
        let (act, steps) = (act.clone(), steps.clone());
        Callback::from(move |proof: String| {
            let steps = steps.clone();
            let call = async move { api.begin_passkey(&proof).await };
            act.run(call, move |asked| steps.go_on(Step::Create(asked.into())));
        })
    };
    let onstep = {
        let steps = steps.clone();
        Callback::from(move |next| steps.restart(next))
    };
    let (current, content) = match steps.current() {
        Step::Prove => (
            0,
            html! { <Proved purpose={StepUpPurpose::SecondFactor} submit={w.add} {onproof} {act} /> },
        ),
        Step::Create(asked) => {
            let (onmade, onlapsed) = (onstep.clone(), onstep);
            (
                1,
                html! {
                    <Make
                        asked={asked.clone()}
                        holder={Holder::Person}
                        onmade={Callback::from(move |codes| onmade.emit(Step::Done(codes)))}
                        onlapsed={Callback::from(move |()| onlapsed.emit(Step::Lapsed))}
                        note={Callback::from(move |failure| session.note(&failure))}
                        cancel={html! { <LinkButton to={Route::Passkeys} id="cancel" secondary=true>{ m.cancel }</LinkButton> }}
                    />
                },
            )
        }
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

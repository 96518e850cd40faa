use std::future::Future;

use renzheng_types::{Locale, step_up::StepUpPurpose};
use yew::prelude::*;

use super::{Notice, StepUp, Tone};
use crate::{
    api::Failure,
    hook::{Session, Task, Text, use_locale, use_session, use_task},
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub purpose: StepUpPurpose,
    pub submit: AttrValue,
    /// Does it, with the proof.
    pub onproof: Callback<String>,
    pub act: Act,
}

/// Something that is done once a step-up has proved who is there.
#[derive(Clone)]
pub struct Act {
    task: Task,
    trouble: UseStateHandle<Option<Text>>,
    session: Session,
}

impl PartialEq for Act {
    fn eq(&self, other: &Self) -> bool {
        self.task.busy() == other.task.busy() && self.trouble == other.trouble
    }
}

impl Act {
    pub fn busy(&self) -> bool {
        self.task.busy()
    }

    /// It did not work out.
    pub fn failed(&self) -> bool {
        self.trouble.is_some()
    }

    /// What the server objected to.
    pub fn trouble(&self, locale: Locale) -> Html {
        match &*self.trouble {
            Some(text) => html! {
                <Notice tone={Tone::Bad} id="act-trouble" live=true><p>{ text.in_language(locale) }</p></Notice>
            },
            None => Html::default(),
        }
    }

    /// Runs the call; `done` takes its answer, a refusal is shown.
    pub fn run<T: 'static>(
        &self,
        call: impl Future<Output = Result<T, Failure>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        let act = self.clone();
        self.trouble.set(None);
        self.task.run(async move {
            match call.await {
                Ok(answer) => done(answer),
                Err(failure) => {
                    act.session.note(&failure);
                    act.trouble.set(Some(Text::of_failure(&failure)));
                }
            }
        });
    }
}

#[hook]
pub fn use_act() -> Act {
    Act {
        task: use_task(),
        trouble: use_state(|| None),
        session: use_session(),
    }
}

/// The step-up before an act, and what the server objected to in the act itself.
#[component]
pub fn Proved(props: &Props) -> Html {
    let locale = use_locale();
    html! {
        <>
            { props.act.trouble(locale) }
            <StepUp purpose={props.purpose} submit={props.submit.clone()} onproof={props.onproof.clone()} busy={props.act.busy()} />
        </>
    }
}

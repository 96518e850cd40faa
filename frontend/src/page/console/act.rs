use std::future::Future;

use renzheng_types::Locale;
use yew::prelude::*;

use crate::{
    api::Failure,
    browser,
    component::{Button, ButtonKind, Notice, Tone},
    hook::{Task, Text, use_locale, use_task},
    i18n,
    page::staff::{Staff, use_staff},
};

/// Something an operator does with a press, and what the server objected to.
#[derive(Clone)]
pub struct Act {
    task: Task,
    trouble: UseStateHandle<Option<Text>>,
    staff: Staff,
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
                    act.staff.note(&failure);
                    act.trouble.set(Some(Text::of_failure(&failure)));
                }
            }
        });
    }
}

#[hook]
pub fn use_staff_act() -> Act {
    Act {
        task: use_task(),
        trouble: use_state(|| None),
        staff: use_staff(),
    }
}

#[derive(Properties, PartialEq)]
pub struct ConfirmProps {
    pub id: &'static str,
    pub title: AttrValue,
    /// What happens then.
    pub why: AttrValue,
    pub act: Act,
    pub onconfirm: Callback<()>,
}

/// A press that asks once more, saying what it does.
#[component]
pub fn Confirm(props: &ConfirmProps) -> Html {
    let locale = use_locale();
    let (w, p) = (i18n::console_words(locale), i18n::people_words(locale));
    let open = use_state(|| false);
    use_effect_with(*open, |open| {
        if *open {
            browser::focus("confirm");
        }
    });
    let turn = |to: bool| {
        let open = open.clone();
        Callback::from(move |()| open.set(to))
    };
    let onconfirm = {
        let (open, confirmed) = (open.clone(), props.onconfirm.clone());
        Callback::from(move |()| {
            open.set(false);
            confirmed.emit(());
        })
    };
    html! {
        <div class="console-act" data-act={props.id}>
            <div class="console-act__text">
                <p><strong>{ &props.title }</strong></p>
                <p class="muted">{ &props.why }</p>
            </div>
            if *open {
                <div class="console-act__buttons">
                    <Button id="confirm" onclick={onconfirm}>{ p.confirm }</Button>
                    <Button id="confirm-not" kind={ButtonKind::Quiet} onclick={turn(false)}>{ w.cancel }</Button>
                </div>
            } else {
                <Button id={props.id} kind={ButtonKind::Secondary} busy={props.act.busy()} busy_label={w.working} onclick={turn(true)}>{ &props.title }</Button>
            }
        </div>
    }
}

use yew::prelude::*;

use super::{Icon, Symbol};
use crate::hook::use_messages;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// What the steps lead to.
    pub label: AttrValue,
    pub steps: &'static [&'static str],
    /// From 0.
    pub current: usize,
    /// The current step is done too: the flow has ended.
    #[prop_or_default]
    pub finished: bool,
}

/// Where one is in a flow: ① ② ③.
#[component]
pub fn Steps(props: &Props) -> Html {
    let c = &use_messages().common;
    let steps = props.steps.iter().enumerate().map(|(index, name)| {
        let here = index == props.current;
        let done = index < props.current || (here && props.finished);
        let state = match (done, here) {
            (true, _) => "steps__item--done",
            (false, true) => "steps__item--here",
            (false, false) => "steps__item--ahead",
        };
        html! {
            <li class={classes!("steps__item", state)} aria-current={here.then_some("step")}>
                <span class="steps__number" aria-hidden="true">
                    if done { <Icon symbol={Symbol::Check} /> } else { { index + 1 } }
                </span>
                <span class="steps__name">
                    { *name }
                    if done { <span class="visually-hidden">{ format!(" ({})", c.step_done) }</span> }
                </span>
            </li>
        }
    });
    let position = (c.step_of)(props.current + 1, props.steps.len());
    html! {
        <nav class="steps" aria-label={format!("{}: {position}", props.label)}>
            <ol class="steps__list">{ for steps }</ol>
        </nav>
    }
}

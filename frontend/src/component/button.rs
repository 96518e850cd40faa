use yew::prelude::*;

use crate::hook::use_slow;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// The one thing to do on the page.
    #[default]
    Primary,
    Secondary,
    /// Looks like a link, acts on the spot.
    Quiet,
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub id: AttrValue,
    #[prop_or_default]
    pub kind: ButtonKind,
    /// Submits the form around it.
    #[prop_or_default]
    pub submit: bool,
    #[prop_or_default]
    pub busy: bool,
    /// What it says while busy for longer than a blink.
    #[prop_or_default]
    pub busy_label: Option<AttrValue>,
    /// Cannot be pressed for now, and says why in its own label.
    #[prop_or_default]
    pub waiting: bool,
    #[prop_or_default]
    pub class: Classes,
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or_default]
    pub onclick: Callback<()>,
    pub children: Html,
}

/// A button that shows its own progress and ignores presses meanwhile. It stays focusable, so that
/// a person using the keyboard does not lose their place.
#[component]
pub fn Button(props: &Props) -> Html {
    let slow = use_slow(props.busy);
    let idle = props.busy || props.waiting;
    let kind = match props.kind {
        ButtonKind::Primary => "button--primary",
        ButtonKind::Secondary => "button--secondary",
        ButtonKind::Quiet => "button--quiet",
    };
    let onclick = {
        let pressed = props.onclick.clone();
        let submit = props.submit;
        Callback::from(move |event: MouseEvent| {
            if idle {
                event.prevent_default();
            } else if !submit {
                pressed.emit(());
            }
        })
    };
    let content = match &props.busy_label {
        Some(label) if slow => html! {
            <><span class="spinner" aria-hidden="true"></span><span>{ label }</span></>
        },
        _ => props.children.clone(),
    };
    html! {
        <button
            id={props.id.clone()}
            type={if props.submit { "submit" } else { "button" }}
            class={classes!("button", kind, props.class.clone())}
            aria-disabled={idle.then_some("true")}
            aria-busy={props.busy.then_some("true")}
            aria-label={props.label.clone()}
            {onclick}
        >
            { content }
        </button>
    }
}

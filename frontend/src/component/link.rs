use yew::prelude::*;
use yew_router::prelude::*;

use super::{Icon, Symbol};
use crate::{app::Route, hook::use_messages};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub to: Route,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    #[prop_or_default]
    pub class: Classes,
    /// This is the page one is on.
    #[prop_or_default]
    pub current: bool,
    pub children: Html,
}

/// A link to a page of ours, with an id for tests and `aria-current`.
#[component]
pub fn RouteLink(props: &Props) -> Html {
    let navigator = use_navigator();
    let onclick = {
        let to = props.to.clone();
        Callback::from(move |event: MouseEvent| {
            let elsewhere =
                event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
            if let Some(navigator) = navigator.as_ref().filter(|_| !elsewhere) {
                event.prevent_default();
                navigator.push(&to);
            }
        })
    };
    html! {
        <a
            id={props.id.clone()}
            class={props.class.clone()}
            href={props.to.to_path()}
            aria-current={props.current.then_some("page")}
            {onclick}
        >
            { props.children.clone() }
        </a>
    }
}

#[derive(Properties, PartialEq)]
pub struct ButtonProps {
    pub to: Route,
    pub id: &'static str,
    #[prop_or_default]
    pub secondary: bool,
    pub children: Html,
}

/// A link that looks like a button: the way on.
#[component]
pub fn LinkButton(props: &ButtonProps) -> Html {
    let kind = if props.secondary {
        "button--secondary"
    } else {
        "button--primary"
    };
    html! {
        <RouteLink to={props.to.clone()} id={props.id} class={classes!("button", kind)}>
            { props.children.clone() }
        </RouteLink>
    }
}

#[derive(Properties, PartialEq)]
pub struct NewWindowProps {
    pub href: AttrValue,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    pub children: Html,
}

/// A link that leaves this page as it is, and says so.
#[component]
pub fn NewWindowLink(props: &NewWindowProps) -> Html {
    let m = use_messages();
    html! {
        <a id={props.id.clone()} href={props.href.clone()} target="_blank" rel="noopener">
            { props.children.clone() }
            <Icon symbol={Symbol::External} />
            <span class="visually-hidden">{ m.common.new_window }</span>
        </a>
    }
}

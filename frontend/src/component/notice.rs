use yew::prelude::*;

use super::{Button, ButtonKind, Icon, Symbol};
use crate::{
    api::Failure,
    hook::{Text, use_locale, use_messages},
};

/// What kind of news it is. A sign and words say it; the colour only helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Info,
    Good,
    Wait,
    Bad,
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub tone: Tone,
    #[prop_or_default]
    pub title: Option<AttrValue>,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// Is read out when it appears.
    #[prop_or_default]
    pub live: bool,
    pub children: Html,
}

/// A piece of news in the flow of the page.
#[component]
pub fn Notice(props: &Props) -> Html {
    let (class, symbol) = match props.tone {
        Tone::Info => ("notice--info", Symbol::Info),
        Tone::Good => ("notice--good", Symbol::CheckCircle),
        Tone::Wait => ("notice--wait", Symbol::Clock),
        Tone::Bad => ("notice--bad", Symbol::Alert),
    };
    html! {
        <div id={props.id.clone()} class={classes!("notice", class)} role={props.live.then_some("status")}>
            <Icon {symbol} />
            <div class="notice__text">
                if let Some(title) = &props.title {
                    <p class="notice__title">{ title }</p>
                }
                { props.children.clone() }
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct LoadFailedProps {
    pub failure: Failure,
    pub retry: Callback<()>,
}

/// Stands where something could not be loaded, with another try.
#[component]
pub fn LoadFailed(props: &LoadFailedProps) -> Html {
    let (c, locale) = (&use_messages().common, use_locale());
    html! {
        <Notice tone={Tone::Bad} title={c.load_failed} live=true>
            <p>{ Text::of_failure(&props.failure).in_language(locale) }</p>
            <Button id="retry" kind={ButtonKind::Secondary} onclick={props.retry.clone()}>{ c.retry }</Button>
        </Notice>
    }
}

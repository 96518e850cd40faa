use yew::prelude::*;

use super::NewWindowLink;
use crate::hook::{use_messages, use_service};

/// Tells on every page that this is a demonstration, while it is one.
#[component]
pub fn DemoBanner() -> Html {
    let c = &use_messages().common;
    let service = use_service();
    if !service.demo {
        return Html::default();
    }
    html! {
        <aside id="demo-banner" class="demo" aria-label={c.demo}>
            <div class="demo__inner">
                <strong class="demo__name">{ c.demo }</strong>
                <span class="demo__text">{ c.demo_text }</span>
                if let Some(inbox) = service.inbox {
                    <NewWindowLink id="demo-inbox" href={inbox}>{ c.demo_inbox }</NewWindowLink>
                }
            </div>
        </aside>
    }
}

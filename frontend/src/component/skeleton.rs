use yew::prelude::*;

use crate::hook::use_messages;

#[derive(Properties, PartialEq)]
pub struct Props {
    #[prop_or(4)]
    pub lines: usize,
}

/// Grey lines in the place of text that is still coming.
#[component]
pub fn Skeleton(props: &Props) -> Html {
    let m = use_messages();
    html! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{ m.common.loading }</span>
            { for (0..props.lines).map(|_| html! { <span class="skeleton__line"></span> }) }
        </div>
    }
}

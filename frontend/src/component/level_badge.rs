use yew::prelude::*;

use crate::hook::use_messages;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// 0 to 3.
    pub level: u8,
    #[prop_or_default]
    pub id: Option<AttrValue>,
}

/// A level by name, heavier the higher it is: three bars fill up.
#[component]
pub fn LevelBadge(props: &Props) -> Html {
    let c = &use_messages().common;
    let level = usize::from(props.level.min(3));
    let name = c.levels.get(level).copied().unwrap_or_default();
    let bars = (1..=3).map(|bar| {
        let class = if bar <= level {
            "badge__bar badge__bar--on"
        } else {
            "badge__bar"
        };
        html! { <span {class}></span> }
    });
    html! {
        <span id={props.id.clone()} class={classes!("badge", format!("badge--{level}"))} data-level={level.to_string()}>
            <span class="badge__bars" aria-hidden="true">{ for bars }</span>
            { name }
        </span>
    }
}

use yew::prelude::*;

use crate::hook::use_messages;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// 0 to 4; none while there is nothing to rate.
    pub score: Option<u8>,
}

/// How hard a password is to guess, in words; the bars only repeat it.
#[component]
pub fn Strength(props: &Props) -> Html {
    let r = &use_messages().register;
    let Some(score) = props.score.map(|score| usize::from(score.min(4))) else {
        return html! { <div id="password-strength" class="strength" role="status"></div> };
    };
    let word = r.strengths.get(score).copied().unwrap_or_default();
    let bars = (1..=4).map(|bar| {
        let class = if bar <= score {
            "strength__bar strength__bar--on"
        } else {
            "strength__bar"
        };
        html! { <span {class}></span> }
    });
    html! {
        <div id="password-strength" class={classes!("strength", format!("strength--{score}"))} role="status" data-score={score.to_string()}>
            <span class="strength__bars" aria-hidden="true">{ for bars }</span>
            <span class="strength__word">{ format!("{}：{word}", r.strength) }</span>
        </div>
    }
}

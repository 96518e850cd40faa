use web_sys::KeyboardEvent;
use yew::prelude::*;

use crate::browser;

/// One tab: its id, what it says.
pub type Tab = (&'static str, AttrValue);

#[derive(Properties, PartialEq)]
pub struct Props {
    pub label: AttrValue,
    pub tabs: Vec<Tab>,
    /// From 0.
    pub current: usize,
    pub onselect: Callback<usize>,
    /// What the current tab shows.
    pub children: Html,
}

/// Tabs after the ARIA practice: arrow keys, Home and End move between them, Tab leads into the
/// panel.
#[component]
pub fn Tabs(props: &Props) -> Html {
    let count = props.tabs.len();
    let onkeydown = {
        let (current, onselect) = (props.current, props.onselect.clone());
        let ids: Vec<&'static str> = props.tabs.iter().map(|(id, _)| *id).collect();
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowRight" => (current + 1) % count,
                "ArrowLeft" => (current + count - 1) % count,
                "Home" => 0,
                "End" => count - 1,
                _ => return,
            };
            event.prevent_default();
            onselect.emit(next);
            if let Some(id) = ids.get(next) {
                browser::focus(id);
            }
        })
    };
    let tabs = props.tabs.iter().enumerate().map(|(index, (id, name))| {
        let selected = index == props.current;
        let onclick = props.onselect.reform(move |_: MouseEvent| index);
        html! {
            <button
                id={*id}
                type="button"
                role="tab"
                class="tabs__tab"
                aria-selected={if selected { "true" } else { "false" }}
                aria-controls={selected.then(|| format!("{id}-panel"))}
                tabindex={if selected { "0" } else { "-1" }}
                {onclick}
            >
                { name }
            </button>
        }
    });
    let panel = props.tabs.get(props.current).map(|(id, _)| {
        html! {
            <div id={format!("{id}-panel")} class="tabs__panel" role="tabpanel" aria-labelledby={*id}>
                { props.children.clone() }
            </div>
        }
    });
    html! {
        <div class="tabs">
            <div class="tabs__list" role="tablist" aria-label={props.label.clone()} {onkeydown}>
                { for tabs }
            </div>
            { panel }
        </div>
    }
}

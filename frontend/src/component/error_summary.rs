use yew::prelude::*;

use super::{Icon, Symbol};
use crate::{
    browser,
    hook::{Form, field_id, use_locale, use_messages},
};

const ID: &str = "error-summary";

#[derive(Properties, PartialEq)]
pub struct Props {
    pub form: Form,
}

/// All that is wrong, at the top, each line leading to its field. Takes the focus each time a
/// submission is refused.
#[component]
pub fn ErrorSummary(props: &Props) -> Html {
    let (m, locale) = (use_messages(), use_locale());
    use_effect_with(props.form.refusals(), |&refusals| {
        if refusals > 0 {
            browser::focus(ID);
        }
    });
    let entries = props.form.summary();
    if entries.is_empty() {
        return Html::default();
    }
    let title = if entries.iter().all(|entry| entry.field.is_none()) {
        m.common.failed_title
    } else {
        m.common.summary_title
    };
    let lines = entries.iter().map(|entry| {
        let text = entry.text.in_language(locale);
        match entry.field {
            None => html! { <li>{ text }</li> },
            Some(field) => {
                let id = field_id(field);
                let href = format!("#{id}");
                let onclick = Callback::from(move |event: MouseEvent| {
                    event.prevent_default();
                    browser::focus(&id);
                });
                html! { <li><a {href} {onclick}>{ text }</a></li> }
            }
        }
    });
    html! {
        <div id={ID} class="summary" role="alert" tabindex="-1">
            <h2 class="summary__title"><Icon symbol={Symbol::Alert} />{ title }</h2>
            <ul class="summary__list">{ for lines }</ul>
        </div>
    }
}

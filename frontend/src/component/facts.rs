use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    #[prop_or_default]
    pub id: Option<AttrValue>,
    pub children: Html,
}

/// A list of what is on record.
#[component]
pub fn Facts(props: &Props) -> Html {
    html! { <dl id={props.id.clone()} class="facts">{ props.children.clone() }</dl> }
}

#[derive(Properties, PartialEq)]
pub struct FactProps {
    pub label: AttrValue,
    /// What is on record; `none` stands in its place when nothing is.
    #[prop_or_default]
    pub value: Option<AttrValue>,
    #[prop_or_default]
    pub none: AttrValue,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    #[prop_or_default]
    pub action: Option<Html>,
    /// The value, when it is more than text.
    #[prop_or_default]
    pub children: Html,
}

/// One line of it, with what can be done about it.
#[component]
pub fn Fact(props: &FactProps) -> Html {
    let value = match &props.value {
        Some(value) => html! { value },
        None if props.none.is_empty() => props.children.clone(),
        None => html! { <span class="facts__none">{ &props.none }</span> },
    };
    html! {
        <div class="facts__row">
            <dt class="facts__label">{ &props.label }</dt>
            <dd id={props.id.clone()} class="facts__value">{ value }</dd>
            if let Some(action) = &props.action {
                <dd class="facts__action">{ action.clone() }</dd>
            }
        </div>
    }
}

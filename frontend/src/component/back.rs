use yew::prelude::*;

use super::{Icon, RouteLink, Symbol};
use crate::app::Route;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub to: Route,
    /// Where it leads.
    pub children: Html,
}

/// The way back, above a page's heading.
#[component]
pub fn Back(props: &Props) -> Html {
    html! {
        <RouteLink to={props.to.clone()} id="back" class="back"><Icon symbol={Symbol::Chevron} />{ props.children.clone() }</RouteLink>
    }
}

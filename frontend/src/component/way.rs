use yew::prelude::*;

use super::{Icon, RouteLink, Symbol};
use crate::app::Route;

/// The link of a row: what it does, and to those who hear only the link, to what.
pub fn way(to: Route, id: &'static str, does: &'static str, what: &'static str) -> Html {
    html! {
        <RouteLink {to} {id}>{ does }<span class="visually-hidden">{ " " }{ what }</span></RouteLink>
    }
}

/// An entry of a list of ways on: where to, its id and sign, what it is called, what it is for.
pub type Way = (Route, &'static str, Symbol, &'static str, &'static str);

pub fn ways(all: &[Way]) -> Html {
    let entries = all.iter().map(|(to, id, symbol, name, about)| {
        html! {
            <li>
                <RouteLink to={to.clone()} id={*id} class="entry">
                    <Icon symbol={*symbol} />
                    <span class="entry__text"><strong>{ *name }</strong><span>{ *about }</span></span>
                    <Icon symbol={Symbol::Chevron} />
                </RouteLink>
            </li>
        }
    });
    html! { <ul class="entries__list">{ for entries }</ul> }
}

//! The operators' console: under one route of the site, with places of its own, so that nothing of it but that route is in
//! the first load.

mod act;
mod chart;
mod client;
mod client_form;
mod clients;
mod condition;
mod delivery;
mod field;
mod frame;
mod halls;
mod member;
mod overview;
mod people;
mod person;
mod place;
mod secret;
mod series;
mod staff;
mod statistics;
mod table;
mod trail;

use yew::prelude::*;

use self::{frame::Operators, place::Place};
use super::{NotFound, staff::StaffGuard};

/// The page of what stands after `/console/`.
pub fn page(rest: &str) -> Html {
    let Some(place) = Place::of(rest) else {
        return html! { <NotFound /> };
    };
    let key = rest.to_owned();
    let content = match place {
        Place::Overview => html! { <overview::Overview /> },
        Place::People => html! { <people::People /> },
        Place::Person(id) => html! { <person::Person {key} {id} /> },
        Place::Halls => html! { <halls::Halls /> },
        Place::Staff => html! { <staff::StaffPage /> },
        Place::AddStaff => html! { <member::Add /> },
        Place::Member(id) => html! { <member::Member {key} {id} /> },
        Place::Clients => html! { <clients::Clients /> },
        Place::AddClient => html! { <client_form::Add /> },
        Place::Client(id) => html! { <client::ClientPage {key} {id} /> },
        Place::Service => html! { <condition::Service /> },
        Place::Trail(subject) => html! { <trail::Trail {key} {subject} /> },
        Place::Statistics => html! { <statistics::StatisticsPage /> },
    };
    html! { <StaffGuard><Operators>{ content }</Operators></StaffGuard> }
}

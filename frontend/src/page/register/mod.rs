//! Registration: ① account, ② real name, ③ done.

mod account;
mod done;
mod identity;

pub use account::Register;
pub use done::Done;
pub use identity::Identity;
use yew::prelude::*;

use crate::{component::Steps, hook::use_messages};

#[derive(Properties, PartialEq)]
struct Props {
    current: usize,
    #[prop_or_default]
    finished: bool,
}

#[component]
fn RegisterSteps(props: &Props) -> Html {
    let r = &use_messages().register;
    html! {
        <Steps label={r.flow} steps={&r.steps[..]} current={props.current} finished={props.finished} />
    }
}

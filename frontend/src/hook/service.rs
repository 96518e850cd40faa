use yew::prelude::*;

use super::{Loaded, use_api, use_remote};
use crate::{
    api::{Profile, ServiceInfo},
    browser,
};

/// The help line that every page shows, unless the service names another.
const HELP_LINE: &str = "12345";

/// What the service says of itself; until it has, nothing is assumed but the help line.
#[derive(Clone, PartialEq)]
pub struct Service {
    pub help_line: AttrValue,
    /// Real data has no place here.
    pub demo: bool,
    /// Where messages can be read in demo mode.
    pub inbox: Option<AttrValue>,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            help_line: HELP_LINE.into(),
            demo: false,
            inbox: None,
        }
    }
}

impl From<&ServiceInfo> for Service {
    fn from(info: &ServiceInfo) -> Self {
        let demo = info.profile == Profile::Demo;
        Self {
            help_line: info.help_line.clone().into(),
            demo,
            inbox: info
                .sandbox_url
                .clone()
                .filter(|_| demo)
                .map(AttrValue::from),
        }
    }
}

impl Service {
    /// What the server wrote into the page: known before the first thing is drawn, so that nothing moves.
    fn written() -> Option<Self> {
        let text = browser::written_service()?;
        let info: ServiceInfo = serde_json::from_str(&text).ok()?;
        Some(Self::from(&info))
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub children: Html,
}

#[component]
pub fn ServiceProvider(props: &Props) -> Html {
    let children = props.children.clone();
    let written = use_memo((), |()| Service::written());
    match &*written {
        Some(context) => html! {
            <ContextProvider<Service> context={context.clone()}>{ children }</ContextProvider<Service>>
        },
        None => html! { <Asking>{ children }</Asking> },
    }
}

/// Pages served by another server say nothing of the service: it is asked.
#[component]
fn Asking(props: &Props) -> Html {
    let api = use_api();
    let info = use_remote((), move || api.service());
    let context = match &info.loaded {
        Loaded::Ready(info) => Service::from(&**info),
        Loaded::Loading | Loaded::Failed(_) => Service::default(),
    };
    html! {
        <ContextProvider<Service> {context}>{ props.children.clone() }</ContextProvider<Service>>
    }
}

#[hook]
pub fn use_service() -> Service {
    use_context().unwrap_or_default()
}

use yew::prelude::*;

/// The signs used on the site. They only accompany words; screen readers skip them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbol {
    Alert,
    Check,
    CheckCircle,
    Chevron,
    ChevronDown,
    Clock,
    Device,
    External,
    Home,
    IdCard,
    Info,
    Lock,
    Mail,
    Person,
    Refresh,
    Scan,
    Shield,
    Sound,
}

impl Symbol {
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => {
                "M12 8v5m0 3.2v.1M10.3 4.3 2.9 17a2 2 0 0 0 1.7 3h14.8a2 2 0 0 0 1.7-3L13.7 4.3a2 2 0 0 0-3.4 0Z"
            }
            Self::Check => "m5 12.5 4.6 4.5L19 7.5",
            Self::CheckCircle => "m8 12.4 2.8 2.7L16.2 9.6M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
            Self::Chevron => "m9 5 7 7-7 7",
            Self::ChevronDown => "m6 9 6 6 6-6",
            Self::Clock => "M12 7v5l3.2 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
            Self::Device => {
                "M4 5h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Zm5 15h6m-3-4v4"
            }
            Self::External => {
                "M14 4h6v6m0-6-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5"
            }
            Self::Home => "M4 11.2 12 4l8 7.2V19a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1Z",
            Self::IdCard => {
                "M4 5h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Zm2.5 11c.4-1.8 1.4-2.7 2.7-2.7s2.3.9 2.7 2.7M9.2 8.4a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6ZM15 9.5h3m-3 4h3"
            }
            Self::Info => "M12 11v5.2M12 8v-.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
            Self::Lock => {
                "M7.5 10.5V8a4.5 4.5 0 0 1 9 0v2.5M6 10.5h12a1 1 0 0 1 1 1V19a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-7.5a1 1 0 0 1 1-1Zm6 3.8v2"
            }
            Self::Mail => "M3.5 6h17v12h-17Zm.3.3L12 13l8.2-6.7",
            Self::Person => {
                "M12 4a3.9 3.9 0 1 0 0 7.8A3.9 3.9 0 0 0 12 4ZM4.6 20c.8-3.6 3.6-5.6 7.4-5.6s6.6 2 7.4 5.6"
            }
            Self::Refresh => "M19.5 12a7.5 7.5 0 1 1-2.3-5.4l2.3 2.2m0-4.6v4.6h-4.6",
            Self::Scan => {
                "M4 8V5a1 1 0 0 1 1-1h3m8 0h3a1 1 0 0 1 1 1v3m0 8v3a1 1 0 0 1-1 1h-3m-8 0H5a1 1 0 0 1-1-1v-3m0-4h16"
            }
            Self::Shield => {
                "M12 3.2 19 6v5.4c0 4.3-2.8 7.6-7 9.4-4.2-1.8-7-5.1-7-9.4V6Zm-3.3 8.9 2.4 2.4 4.4-4.6"
            }
            Self::Sound => {
                "M4.5 9.5v5h3.3L12 18.2V5.8L7.8 9.5ZM15.4 9.2a4 4 0 0 1 0 5.6m2.5-8.1a7.5 7.5 0 0 1 0 10.6"
            }
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub symbol: Symbol,
}

#[component]
pub fn Icon(props: &Props) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d={props.symbol.path()} />
        </svg>
    }
}

/// The service's mark: a seal with a tick.
#[component]
pub fn Mark() -> Html {
    html! {
        <svg class="mark" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
            <rect class="mark__seal" width="40" height="40" rx="9" />
            <rect class="mark__frame" x="5" y="5" width="30" height="30" rx="5.5" />
            <path class="mark__tick" d="m12.5 20.6 5.2 5.2 10-11.4" />
        </svg>
    }
}

/// The home page's picture: an identity document and the seal that vouches for it.
#[component]
pub fn IdCardDrawing() -> Html {
    html! {
        <svg class="drawing" viewBox="0 0 320 220" aria-hidden="true" focusable="false">
            <rect class="drawing__back" x="34" y="12" width="270" height="170" rx="16" />
            <rect class="drawing__card" x="14" y="34" width="270" height="170" rx="16" />
            <circle class="drawing__soft" cx="78" cy="98" r="21" />
            <path class="drawing__soft" d="M40 164c3-25 18-38 38-38s35 13 38 38Z" />
            <path class="drawing__line" d="M146 84h104M146 110h78M146 136h52" />
            <circle class="drawing__seal" cx="252" cy="160" r="38" />
            <circle class="drawing__ring" cx="252" cy="160" r="30" />
            <path class="drawing__tick" d="m238 161 10 10 19-21" />
        </svg>
    }
}

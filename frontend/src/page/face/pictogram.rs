use renzheng_types::verification::FaceAction;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// What the face does; none looks straight ahead.
    pub action: Option<FaceAction>,
}

/// A face that shows what to do. It only accompanies words; screen readers skip it.
#[component]
pub fn Pictogram(props: &Props) -> Html {
    let open_eyes = "M18 28v.1M30 28v.1";
    let smile = "M18 36q6 4 12 0";
    let (eyes, mouth, movement) = match props.action {
        None => (open_eyes, smile, ""),
        Some(FaceAction::Blink) => ("M14.5 28q3.5 3 7 0M26.5 28q3.5 3 7 0", smile, ""),
        Some(FaceAction::OpenMouth) => (open_eyes, "M24 33.5a4 4.6 0 1 0 .01 0Z", ""),
        Some(FaceAction::Nod) => (
            open_eyes,
            smile,
            "M54 20v20m-4.5-4.5L54 40l4.5-4.5M49.500 24.500L54 20l4.500 4.500",
        ),
        Some(FaceAction::Shake) => (
            open_eyes,
            smile,
            "M8 56h32M12.500 51.500L8 56l4.500 4.500M35.500 51.500L40 56l-4.500 4.500",
        ),
    };
    html! {
        <svg class="pictogram" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
            <ellipse cx="24" cy="29" rx="15" ry="18" />
            <path d={eyes} />
            <path d={mouth} />
            <path class="pictogram__movement" d={movement} />
        </svg>
    }
}

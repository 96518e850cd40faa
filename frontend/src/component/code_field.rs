use yew::prelude::*;

use super::{TextField, Width, field::Tidy};
use crate::hook::{Form, use_messages};

const LENGTH: usize = 6;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub form: Form,
    pub name: &'static str,
    /// Where it is not from a text message.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
}

/// The six digits of a text message; a whole message may be pasted.
#[component]
pub fn CodeField(props: &Props) -> Html {
    let c = &use_messages().common;
    html! {
        <TextField
            form={props.form.clone()}
            name={props.name}
            label={props.label.clone().unwrap_or_else(|| c.sms_code.into())}
            hint={props.hint.clone().unwrap_or_else(|| c.sms_code_hint.into())}
            autocomplete="one-time-code"
            inputmode="numeric"
            width={Width::Short}
            class="input--code"
            tidy={Tidy::Code}
        />
    }
}

/// The code in what was typed or pasted: the first run of exactly six digits, or else the digits
/// there are, at most six. Full-width digits count.
pub fn six_digits(text: &str) -> String {
    let ascii: String = text
        .chars()
        .map(|c| match c {
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
            _ => c,
        })
        .collect();
    ascii
        .split(|c: char| !c.is_ascii_digit())
        .find(|run| run.len() == LENGTH)
        .map_or_else(
            || {
                let digits = ascii.chars().filter(char::is_ascii_digit);
                digits.take(LENGTH).collect()
            },
            str::to_owned,
        )
}

#[cfg(test)]
mod tests {
    use super::six_digits;

    #[test]
    fn finds_the_code_in_a_message() {
        let message = "【统一身份认证】您的验证码是482913，5分钟内有效。热线12345";
        assert_eq!(six_digits(message), "482913");
        assert_eq!(six_digits("482 913"), "482913");
        assert_eq!(six_digits("４８２９１３"), "482913");
    }

    #[test]
    fn keeps_digits_while_typing() {
        assert_eq!(six_digits("48"), "48");
        assert_eq!(six_digits("48x"), "48");
        assert_eq!(six_digits("4829137"), "482913");
        assert_eq!(six_digits(""), "");
    }
}

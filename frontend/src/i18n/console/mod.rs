//! The operators' pages. Kept apart from the other words: they come with those pages.

mod client;
mod people;
mod service;

pub use client::{client_auth, client_grant, client_words, delivery_status, webhook_event};
pub use people::{
    account_key, act_reason, attempt_reason, attempt_status, people_words, second_factor,
    staff_status,
};
pub use service::{provider_state, queue, service_words, sign_in_method};

/// A set of texts, each in Chinese and in English.
macro_rules! texts {
    ($(#[$about:meta])* $name:ident, $by:ident { $($text:ident: $zh:literal, $en:literal;)+ }) => {
        $(#[$about])*
        pub struct $name {
            $(pub $text: &'static str,)+
        }

        pub fn $by(locale: renzheng_types::Locale) -> &'static $name {
            static ZH: $name = $name { $($text: $zh,)+ };
            static EN: $name = $name { $($text: $en,)+ };
            match locale {
                renzheng_types::Locale::ZhCn => &ZH,
                renzheng_types::Locale::En => &EN,
            }
        }
    };
}
use texts;

texts! {
    /// What stands around every page, and what several say.
    ConsoleWords, console_words {
        console: "管理控制台", "Operator console";
        menu: "管理菜单", "Console menu";
        overview: "概览", "Overview";
        people: "人员", "People";
        staff: "工作人员", "Staff";
        halls: "办事大厅", "Halls";
        clients: "应用", "Applications";
        service: "服务状态", "Service";
        trail: "审计记录", "Audit trail";
        statistics: "统计", "Statistics";
        not_yours: "此页面仅供管理员使用。", "This page is for operators.";
        refresh: "刷新", "Refresh";
        save: "保存", "Save";
        saving: "正在保存…", "Saving…";
        cancel: "取消", "Cancel";
        working: "正在处理…", "Working…";
        saved: "已保存。", "Saved.";
        more: "显示更多", "Show more";
        none: "无", "None";
        choose: "请选择", "Choose";
        required: "请填写此项", "Fill this in";
        state: "状态", "State";
        created: "创建时间", "Created";
        action: "操作", "Action";
    }
}

/// A number as people read it, in either language: `1,204`.
pub fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let read: Vec<String> = [0, 999, 1_000, 12_345_678].map(number).into();
        assert_eq!(read, ["0", "999", "1,000", "12,345,678"]);
    }
}

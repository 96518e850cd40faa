use renzheng_types::Locale;

/// A visit to a service hall, as the person sees it. Kept apart from the other words: it comes with its page.
pub struct Hall {
    pub title: &'static str,
    pub lead: &'static str,
    pub bring_title: &'static str,
    pub bring: [&'static str; 3],
    pub start: &'static str,
    pub starting: &'static str,
    pub code_out: &'static str,
    pub show: &'static str,
    pub code_label: &'static str,
    pub qr: &'static str,
    pub left: fn(&str) -> String,
    pub lapsed: &'static str,
    pub renew: &'static str,
    pub caution: &'static str,
    pub at_counter: &'static str,
    pub at_counter_text: fn(&str) -> String,
    pub anew: &'static str,
    pub pending: &'static str,
    pub pending_text: &'static str,
    pub passed: &'static str,
    pub passed_text: fn(&str) -> String,
    pub failed: &'static str,
    pub details: &'static str,
}

pub fn hall(locale: Locale) -> &'static Hall {
    match locale {
        Locale::ZhCn => &ZH,
        Locale::En => &EN,
    }
}

static ZH: Hall = Hall {
    title: "办事大厅现场认证",
    lead: "带上身份证到就近的办事大厅，在窗口出示办理码。工作人员核对本人和证件后，立即升到高级。",
    bring_title: "办理前请准备",
    bring: [
        "本人的居民身份证原件，须在有效期内",
        "这部手机：到窗口后再获取办理码，10 分钟内有效",
        "须本人到场，不能代办",
    ],
    start: "获取办理码",
    starting: "正在获取…",
    code_out: "您之前获取的办理码还没有使用。重新获取后，旧码随即失效。",
    show: "请向窗口工作人员出示",
    code_label: "办理码",
    qr: "办理码的二维码，供窗口工作人员扫描",
    left: |time| format!("{time} 后失效，只能使用一次"),
    lapsed: "办理码已失效",
    renew: "重新获取",
    caution: "只在办事大厅窗口出示。工作人员不会通过电话、短信或网络索要办理码。",
    at_counter: "正在办理",
    at_counter_text: |hall| format!("{hall}的工作人员正在核对您的身份，请稍候。本页会自己更新。"),
    anew: "不是我在办理？重新获取办理码会立即终止本次办理。",
    pending: "窗口已办理，等待结果",
    pending_text: "由另一名工作人员复核，或等待核验机构答复。结果会通知您。",
    passed: "您已通过现场认证",
    passed_text: |level| format!("您的实名等级现在是{level}。"),
    failed: "本次没有通过",
    details: "查看结果",
};

static EN: Hall = Hall {
    title: "Verify in a service hall",
    lead: "Go to a service hall with your ID card and show a code at the counter. When the clerk has compared you with the card, you are at the High level at once.",
    bring_title: "Bring along",
    bring: [
        "Your own resident ID card, still valid",
        "This phone: make the code at the counter, it lasts 10 minutes",
        "Come yourself; nobody can do it for you",
    ],
    start: "Make a code",
    starting: "Making a code…",
    code_out: "The code you made before has not been used. A new one voids it.",
    show: "Show this to the clerk",
    code_label: "Code",
    qr: "The code as a QR code, for the clerk to scan",
    left: |time| format!("Lapses in {time} and works once"),
    lapsed: "The code has lapsed",
    renew: "Make a new code",
    caution: "Show it only at the counter. Our staff never ask for it by phone, message or over the internet.",
    at_counter: "A clerk is looking",
    at_counter_text: |hall| {
        format!("A clerk of {hall} is comparing you with your card. This page updates itself.")
    },
    anew: "Is it not you? Making a new code ends this at once.",
    pending: "Recorded; the result is still to come",
    pending_text: "A second member of staff looks at it, or the authority is still to answer. You will be told.",
    passed: "You were verified in the hall",
    passed_text: |level| format!("Your identity level is now: {level}."),
    failed: "It did not pass this time",
    details: "See the result",
};

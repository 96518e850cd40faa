/// The home page.
pub struct Home {
    pub title: &'static str,
    pub headline: &'static str,
    pub lead: &'static str,
    pub start: &'static str,
    pub sign_in: &'static str,
    pub go_on: &'static str,
    pub welcome: fn(&str) -> String,
    pub how_title: &'static str,
    /// Heading and text of each step.
    pub how: [(&'static str, &'static str); 3],
    pub levels_title: &'static str,
    pub levels_lead: &'static str,
    pub levels_heads: [&'static str; 3],
    /// How, and what for, by level 1 to 3.
    pub levels: [(&'static str, &'static str); 3],
    pub need_title: &'static str,
    pub need: [&'static str; 3],
    pub trust_title: &'static str,
    pub trust: [(&'static str, &'static str); 3],
}

pub const ZH: Home = Home {
    title: "首页",
    headline: "一个账户，办理各项公共服务",
    lead: "用手机号码注册，做一次实名认证，以后办事不用再反复证明身份。",
    start: "注册账户",
    sign_in: "登录",
    go_on: "进入个人中心",
    welcome: |name| format!("{name}，您已登录。"),
    how_title: "办理步骤",
    how: [
        (
            "填写账户信息",
            "手机号码就是登录名，用短信验证码确认是您本人的号码。",
        ),
        ("实名认证", "核对姓名和身份证号。可以先跳过，需要时再办。"),
        ("开始办事", "到各服务网站，用同一个账户登录，不再重复注册。"),
    ],
    levels_title: "实名等级",
    levels_lead: "等级越高，能办的事项越多。业务需要更高等级时会提示您，办完再回到原来的页面。",
    levels_heads: ["等级", "怎样达到", "可办事项"],
    levels: [
        ("核对姓名和身份证号", "查询和一般事项"),
        ("再核对一项只有您掌握的信息", "社保、公积金、纳税等事项"),
        ("刷脸或到办事大厅现场核验", "涉及财产和重大权益的事项"),
    ],
    need_title: "需要准备",
    need: ["能收短信的手机", "居民身份证", "大约 3 分钟"],
    trust_title: "您的信息怎样保管",
    trust: [
        ("加密保存", "证件号码和手机号码加密存放，页面上默认遮挡。"),
        ("用途单一", "只用于核验身份，不做广告，不卖给任何人。"),
        ("由您决定", "把身份交给任何网站之前，都先征得您同意。"),
    ],
};

pub const EN: Home = Home {
    title: "Home",
    headline: "One account for every public service",
    lead: "Register with your mobile number and verify your identity once. After that you need not prove who you are again and again.",
    start: "Create an account",
    sign_in: "Sign in",
    go_on: "Go to my account",
    welcome: |name| format!("You are signed in as {name}."),
    how_title: "How it works",
    how: [
        (
            "Enter your details",
            "Your mobile number is your login name. A text message confirms that it is yours.",
        ),
        (
            "Verify your identity",
            "We check your name and ID number. You can skip this and come back later.",
        ),
        (
            "Use public services",
            "Sign in to each service with the same account. No need to register again.",
        ),
    ],
    levels_title: "Identity levels",
    levels_lead: "A higher level opens more services. A service that needs a higher level tells you, and takes you back when you are done.",
    levels_heads: ["Level", "How to reach it", "What it opens"],
    levels: [
        (
            "Your name and ID number are checked",
            "Enquiries and simple services",
        ),
        (
            "One more thing only you know is checked",
            "Social insurance, housing fund, tax",
        ),
        (
            "Your face, or your visit to a service hall",
            "Property and other weighty matters",
        ),
    ],
    need_title: "What you need",
    need: [
        "A phone that receives text messages",
        "Your resident ID card",
        "About 3 minutes",
    ],
    trust_title: "How we look after your data",
    trust: [
        (
            "Encrypted",
            "ID and phone numbers are stored encrypted and are masked on every page.",
        ),
        (
            "One purpose",
            "Used to verify who you are. No advertising, never sold to anyone.",
        ),
        (
            "You decide",
            "No website is told who you are before you agree.",
        ),
    ],
};

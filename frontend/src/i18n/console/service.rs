use renzheng_types::{Locale, admin::ProviderState};

use super::texts;

texts! {
    /// Providers, queues, the trail, statistics.
    ServiceWords, service_words {
        today: "今天", "Today";
        last_30_days: "近 30 天", "The last 30 days";
        registrations: "注册", "Registrations";
        sign_ins: "登录", "Sign-ins";
        verified: "认证通过", "Verified";
        not_verified: "认证未通过", "Not verified";
        sms_sent: "短信", "SMS";
        all_well: "服务运行正常", "All is well";
        all_well_text: "各核验方和短信通道可用，没有积压。", "Providers answer and nothing waits long.";
        not_well: "需要关注", "Needs attention";
        see_service: "查看服务状态", "See the service";
        see_statistics: "查看统计", "See statistics";

        providers: "核验方和短信通道", "Providers and gateways";
        serves: "用途", "Serves";
        provider_state: "状态", "State";
        failures: "连续失败", "Failures in a row";
        until: "暂停至", "Left alone until";
        working: "正常", "Works";
        failing: "最近失败", "Failed lately";
        left_alone: "已暂停", "Left alone";
        queues: "排队", "Queues";
        queue: "队列", "Queue";
        waiting: "等待", "Waiting";
        oldest: "最早", "Oldest";
        queue_sms: "短信", "SMS";
        queue_mail: "邮件", "Mail";
        queue_verification: "待重试的认证", "Verifications to be retried";
        queue_sign_out: "待通知的应用退出", "Sign-outs to be told";
        queue_audit: "待上链的审计记录", "Events to be chained";
        node: "节点", "Node";
        version: "版本", "Version";
        node_note: "各节点分别判断核验方的状态，这里显示其中最差的。", "Each node judges providers for itself; this shows the worst that any of them found.";
        nodes: "各节点", "Node by node";
        node_well: "全部正常", "all work";
        node_unwell: "项异常", "do not work";
        node_answers: "应答本页", "answered this page";

        trail_lead: "谁在什么时候对谁做了什么。记录只增不改，并以哈希链防篡改。", "Who did what to whom, and when. Only ever added to, and chained so that tampering shows.";
        kind: "事件", "Event";
        kind_hint: "例如 account.lock", "Such as account.lock";
        who: "操作人", "Who";
        who_hint: "例如 staff:编号、console、system", "Such as staff:id, console, system";
        whom: "对象编号", "Whom";
        from: "开始日期", "From";
        to: "结束日期", "To";
        filter: "筛选", "Filter";
        clear: "清除", "Clear";
        nothing: "没有符合的记录。", "Nothing like that.";
        earlier: "继续向前查找", "Look further back";
        searched_to: "已查到", "Looked back to";
        wrong_id: "编号格式不正确", "Not an id";
        position: "链上位置", "Position";
        chain: "哈希链", "Hash chain";
        chain_lead: "从第一条记录起逐条核对，分段进行，可随时停止。", "Walks the whole chain from its first event, by stretches; you may stop at any time.";
        check: "核对哈希链", "Check the chain";
        checking: "正在核对…", "Checking…";
        stop: "停止", "Stop";
        whole: "哈希链完整", "The chain is whole";
        broken: "哈希链在此处断裂", "The chain breaks here";
        checked: "已核对", "Checked";

        days_7: "近 7 天", "7 days";
        days_30: "近 30 天", "30 days";
        days_90: "近 90 天", "90 days";
        show: "显示", "Show";
        csv: "下载 CSV", "Download CSV";
        as_table: "以表格查看", "As a table";
        day: "日期", "Day";
        total: "合计", "Total";
        by_method: "认证（按方式）", "Verifications by method";
        by_result: "认证（按结果）", "Verifications by result";
        sms_cost: "短信费用（元）", "SMS cost (yuan)";
        no_price: "未配置短信单价（sms.prices），不计费用。", "No price is configured (sms.prices), so no cost is shown.";
        empty: "这段时间没有数据。", "Nothing in these days.";
        days_wrong: "请选择起止日期，最多 400 天", "Choose two days, 400 at most";
        note: "按北京时间统计，随审计记录上链更新，通常几秒内。", "Days are those of China. Numbers follow within seconds, as events are chained.";
    }
}

pub fn provider_state(locale: Locale, state: ProviderState) -> &'static str {
    let s = service_words(locale);
    match state {
        ProviderState::Working => s.working,
        ProviderState::Failing => s.failing,
        ProviderState::LeftAlone => s.left_alone,
    }
}

/// What a queue is called.
pub fn queue(locale: Locale, name: &str) -> String {
    let s = service_words(locale);
    match name {
        "sms" => s.queue_sms,
        "mail" => s.queue_mail,
        "verification" => s.queue_verification,
        "sign-out" => s.queue_sign_out,
        "audit" => s.queue_audit,
        other => return other.into(),
    }
    .into()
}

/// How somebody signed in, by the words of RFC 8176.
pub fn sign_in_method(locale: Locale, method: &str) -> String {
    match method {
        "pwd" => locale.pick("密码", "Password"),
        "sms" => locale.pick("短信", "SMS code"),
        "qr" => locale.pick("扫码", "QR code"),
        "swk" => locale.pick("通行密钥", "Passkey"),
        other => return other.into(),
    }
    .into()
}

/** The style of mails, for readers that keep it; without it a mail is plain and complete. */
export const MAIL_STYLE = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 16px; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; background: #f4f5f7; color: #1b1f24; }
main { max-width: 600px; margin: 0 auto; padding: 24px; background: #ffffff; border-radius: 12px; }
h1 { margin: 0 0 16px; font-size: 22px; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 8px 0; border-bottom: 1px solid #d8dce2; text-align: left; vertical-align: top; }
th { width: 120px; padding-right: 12px; font-weight: 600; color: #57606a; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
td { overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 20px; }
h2 { margin: 24px 0 0; font-size: 18px; }
.lead { font-size: 18px; }
.entry { margin: 16px 0 0; padding: 16px 0 0; border-top: 1px solid #d8dce2; }
.entry p { margin: 0 0 12px; }
.link { display: inline-block; padding: 10px 24px; border: 2px solid #1f5fd0; border-radius: 8px; color: #1f5fd0; font-weight: 600; text-decoration: none; }
.warning { padding: 12px; border-left: 4px solid #b35900; background: #fff4e5; color: #5c2e00; }
.review { display: inline-block; margin-top: 8px; padding: 12px 28px; border-radius: 8px; background: #1f5fd0; color: #ffffff; font-weight: 600; text-decoration: none; }
.small { font-size: 13px; color: #57606a; overflow-wrap: anywhere; }
@media (max-width: 480px) {
  body { padding: 0; }
  main { padding: 20px 16px; border-radius: 0; }
  th, td { display: block; width: auto; }
  th { padding: 10px 0 0; border-bottom: 0; }
  td { padding: 0 0 10px; }
  .review, .link { display: block !important; text-align: center; }
}
@media (prefers-color-scheme: dark) {
  body { background: #0f1318; color: #e6eaf0; }
  main { background: #181e26; }
  th, .small { color: #a3adba; }
  th, td, .entry { border-color: #313a46; }
  .warning { background: #3a2a12; color: #ffd9a8; }
  .review { background: #5b93ff !important; color: #0b1220 !important; }
  .link { border-color: #5b93ff; color: #8fb5ff; }
}
`;

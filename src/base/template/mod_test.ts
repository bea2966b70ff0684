import assert from "node:assert/strict";
import { goMap, parseTemplate, TemplateError } from "./mod.ts";

const DATA = {
  Name: "/web",
  Count: 3,
  Ratio: 0.5,
  On: true,
  Off: false,
  Nothing: undefined,
  Unfilled: null,
  Config: { Env: ["A=1", "B=2"], Labels: goMap({ tier: "front", "com.example/x": "y" }) },
  Label: (key: string) => key === "tier" ? "front" : "",
  Networks: goMap({ b: { IP: "2" }, a: { IP: "1" } }),
};

function cases(title: string, expectations: Record<string, string>): void {
  Deno.test(title, () => {
    for (const [template, expected] of Object.entries(expectations)) {
      assert.equal(parseTemplate(template).execute(DATA), expected, template);
    }
  });
}

function refused(title: string, expectations: Record<string, RegExp>): void {
  Deno.test(title, () => {
    for (const [template, message] of Object.entries(expectations)) {
      assert.throws(() => parseTemplate(template).execute(DATA), (error) => {
        assert.ok(error instanceof TemplateError, `${template}: ${error}`);
        assert.match(error.message, message, template);
        return true;
      });
    }
  });
}

cases("fields, chains, methods and maps print their values", {
  "{{.Name}}": "/web",
  "a{{ .Count }}b": "a3b",
  "{{.Config.Env}}": "[A=1 B=2]",
  "{{.Config.Labels}}": "map[com.example/x:y tier:front]",
  "{{.Config.Labels.tier}} {{.Config.Labels.none}}": "front <no value>",
  '{{.Label "tier"}}': "front",
  '{{"tier" | .Label}}': "front",
  "{{(index .Networks `a`).IP}}": "1",
  '{{index .Config.Labels "com.example/x"}}{{index .Config.Labels "none"}}': "y",
  "{{index .Config.Env 1}}": "B=2",
  "{{.Ratio}} {{.On}} {{.Nothing}}": "0.5 true <no value>",
  "{{.Unfilled}} {{len .Unfilled}} {{json .Unfilled}}{{range .Unfilled}}x{{end}}": "[] 0 null",
});

cases("if, else if, with and range choose as Go's do", {
  "{{if .On}}yes{{else}}no{{end}}": "yes",
  "{{if .Off}}a{{else if .Count}}b{{else}}c{{end}}": "b",
  "{{if .Nothing}}a{{end}}": "",
  "{{with .Config}}{{len .Env}}{{$.Name}}{{end}}": "2/web",
  "{{with .Nothing}}a{{else}}b{{end}}": "b",
  "{{with .Nothing}}a{{else with .Name}}{{.}}{{end}}": "/web",
  "{{range .Config.Env}}<{{.}}>{{end}}": "<A=1><B=2>",
  "{{range $i, $e := .Config.Env}}{{$i}}:{{$e}} {{end}}": "0:A=1 1:B=2 ",
  "{{range $k, $v := .Networks}}{{$k}}={{$v.IP}};{{end}}": "a=1;b=2;",
  "{{range .Nothing}}a{{else}}none{{end}}": "none",
  "{{range .Config.Env}}{{if eq . `B=2`}}{{break}}{{end}}{{.}}{{end}}": "A=1",
  "{{range .Config.Env}}{{if eq . `A=1`}}{{continue}}{{end}}{{.}}{{end}}": "B=2",
  "{{range $i := 3}}{{$i}}{{end}}": "012",
});

cases("variables are declared, assigned and shadowed by block", {
  "{{$a := 1}}{{$a}}": "1",
  "{{$a := 1}}{{if true}}{{$a = 2}}{{end}}{{$a}}": "2",
  "{{$a := 1}}{{if true}}{{$a := 2}}{{$a}}{{end}}{{$a}}": "21",
  "{{with $c := .Config}}{{index $c.Env 0}}{{end}}": "A=1",
});

cases("trimming, comments and escapes shape the text", {
  "a {{- 1 -}} b": "a1b",
  "a {{/* say nothing */}} b": "a  b",
  "a {{- /* nor white space */ -}} b": "ab",
  "{{.Count}}\\t{{.Name}}\\n": "3\t/web\n",
  '{{"a\\tb"}}': "a\tb",
  "{{-3}}": "-3",
  "{{'a'}}": "97",
});

cases("functions of Go and of docker", {
  "{{json .Config.Env}}": '["A=1","B=2"]',
  "{{.Config.Labels | json}}": '{"tier":"front","com.example/x":"y"}',
  '{{join .Config.Env ", "}}': "A=1, B=2",
  '{{split "a,b" ","}}': "[a b]",
  '{{title "hello big world"}} {{upper "a"}}{{lower "B"}}': "Hello Big World Ab",
  '[{{pad "x" 1 2}}] {{truncate "abcdef" 3}}': "[ x  ] abc",
  '{{eq .Count 3}} {{eq .Name "a" "/web"}} {{ne 1 2}} {{lt 1 2}} {{ge 1 2}}': "true true true true false",
  "{{and .On .Count}} {{or .Off .Nothing 7}} {{not .On}}": "3 7 false",
  "{{and .Off (index .Config.Env 99)}}": "false",
  "{{len .Name}} {{len .Config.Labels}}": "4 2",
  "{{slice .Name 1}} {{slice .Name 0 2}}": "web /w",
  "{{print 1 2}}{{println 3 `a`}}": "1 23 a\n",
  '{{printf "%-5s|%5d|%05.1f|%q|%v|%x|%%" "a" 3 2.25 "b" .On 255}}': 'a    |    3|002.3|"b"|true|ff|%',
  '{{printf "%d %s" "x"}}': "%!d(string=x) %!s(MISSING)",
  "{{.Name | printf `%s-%s` `a`}}": "a-/web",
});

refused("what cannot be read is refused with its place", {
  "{{.Name": /'{{' is never closed.*line 1, column 1/,
  "a\n {{bogus}}": /function 'bogus' is not defined.*line 2, column 4/,
  "{{if .On}}": /{{if}} has no {{end}}/,
  "{{end}}": /unexpected {{end}}/,
  "{{$x}}": /undefined variable '\$x'/,
  '{{"abc}}': /never closed/,
  "{{}}": /missing/,
  "{{1 2}}": /only a function/,
  "{{break}}": /outside/,
  '{{define "x"}}{{end}}': /not supported/,
  "{{.Name}": /does not belong here/,
});

refused("what the data lack is refused by name", {
  "{{.Bogus}}": /there is no field \.Bogus/,
  "{{.Name.Length}}": /no field \.Length in a string/,
  "{{.constructor}}": /there is no field \.constructor/,
  "{{.Nothing.Status}}": /no field \.Status in nothing/,
  "{{.Name 1}}": /takes no arguments/,
  "{{index .Config.Env 9}}": /out of range/,
  "{{lt 1 `a`}}": /incompatible types/,
  "{{upper 1}}": /expected a string/,
  "{{range .Name}}{{end}}": /range can't go over/,
});

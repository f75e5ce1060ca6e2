import type { Reference, ReferenceField, ReferenceModel, ReferenceRoute } from "../../api/reference.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Content } from "../layout.ts";

/** The reference of the API: how to sign in, every route once, every type. `base`: the address of this server. */
export function apiDocsPage({ groups, products, models }: Reference, base: string): Content {
  const body = html`<div class="docs" lang="en">
<nav class="docs-contents" aria-label="Contents"><ul>
<li><a href="#authentication">Authentication</a></li><li><a href="#calls">Calls and answers</a></li>
${groups.map((group) => html`<li><a href="#${group.id}">${group.title}</a><ul>${group.routes.map((route) => html`<li><a href="#${route.id}"><span class="docs-method">${route.method}</span> ${breakable(route.path)}</a></li>`)}</ul></li>`)}
<li><a href="#types">Types</a></li></ul></nav>
<div class="docs-text">
<div class="head"><h1>API</h1><p class="soft">What programs can call here: the contract that the client libraries of OVHcloud speak. The same for programs: <a href="/docs/api/openapi.json">openapi.json</a> (OpenAPI 3.1).</p></div>
${authentication(base)}
${calls(base)}
${groups.map(
  (group) => html`<section class="docs-part" id="${group.id}"><h2>${group.title}</h2>
${group.id === "products" ? productList(products) : nothing}${group.routes.map(routePart)}</section>`,
)}
<section class="docs-part" id="types"><h2>Types</h2>${models.map(modelPart)}</section>
</div></div>`;
  return { title: "API", body };
}

/** A path that wraps at its slashes. */
function breakable(path: string): Html {
  return html`${path.split("/").map((word, at) => (at === 0 ? word : html`/<wbr>${word}`))}`;
}

function authentication(base: string): Html {
  return html`<section class="docs-part" id="authentication"><h2>Authentication</h2>
<p><strong>With a client library of OVHcloud:</strong> <a href="/createApp/">create an application</a>, give the library the address <code>${base}/1.0</code>, the application's key and its secret, and have it ask for a consumer key
(<code>POST /auth/credential</code>). Open the link that comes back, look at what the key will be able to do, and agree. A key with its rules can be made at once at <a href="/createToken/">createToken</a>.</p>
<p><strong>Signed by hand:</strong> each call has four headers. The signature covers the whole address with its query, and the body as it is sent; the clock may be wrong by three minutes (<code>GET /auth/time</code>).</p>
<pre class="docs-example">X-Ovh-Application: the application's key
X-Ovh-Consumer: the consumer key
X-Ovh-Timestamp: seconds since 1970
X-Ovh-Signature: "$1$" + hex(sha1(secret + "+" + consumerKey + "+" + METHOD + "+" + URL + "+" + BODY + "+" + timestamp))</pre>
<p><strong>OAuth2 client credentials:</strong> an access token for the id and the secret of a client, then <code>Authorization: Bearer</code>.</p>
<pre class="docs-example">curl -u "$ID:$SECRET" -d grant_type=client_credentials -d scope=all ${base}/auth/oauth2/token</pre></section>`;
}

function calls(base: string): Html {
  return html`<section class="docs-part" id="calls"><h2>Calls and answers</h2>
<p>Everything is JSON, under <code>${base}/v1</code> and, the same, <code>${base}/1.0</code>. A void answer is <code>null</code>. Times are written <code>2026-11-21T09:30:00+01:00</code>, dates <code>2026-11-21</code>.</p>
<ul class="docs-list">
<li><strong>Errors</strong> are <code>{"class", "message", "details"?}</code>; where a call was not let in, <code>{"errorCode", "httpCode", "message"}</code>. Each answer has a number in <code>X-OVH-QUERYID</code>: tell it to whoever runs this server.</li>
<li><strong>Several at once:</strong> with <code>X-Ovh-Batch: ,</code> the last part of the path may hold several values, joined by commas. The answer has <code>{"key", "value", "error"}</code> for each.</li>
<li><strong>Pages:</strong> <code>X-Pagination-Size: 50</code> gives a list in pages; <code>X-Pagination-Cursor-Next</code> of the answer goes into <code>X-Pagination-Cursor</code> of the next call. <code>X-Pagination-Mode: CachedObjectList-Cursor</code> gives the elements themselves.</li>
<li><strong>Once only:</strong> with an <code>Idempotency-Key</code> of your choice a writing call is carried out once; made again, it gets the first answer. With another body it is refused (422).</li>
</ul></section>`;
}

function productList(products: Reference["products"]): Html {
  return html`<p><code>{product}</code> stands for one of these; a slash in the name of a service is written <code>%2F</code>.</p>
<ul class="docs-products">${products.map(({ path, name }) => html`<li><code>${path}</code> ${name}</li>`)}</ul>`;
}

function routePart(route: ReferenceRoute): Html {
  const { parameters, body, answer, errors, example } = route;
  return html`<article class="docs-route" id="${route.id}"><h3><a href="#${route.id}"><span class="docs-method">${route.method}</span> <code>${route.path}</code></a></h3>
<p>${route.summary}.${route.open ? " Needs no signature." : nothing}</p>${route.description ? html`<p>${route.description}</p>` : nothing}
${fieldList(
  "Parameters",
  parameters.map((one) => ({ ...one, type: one.in === "path" ? one.type : `${one.type}, in the ${one.in}` })),
)}
${body ? fieldList("Body", body) : nothing}
<p><strong>Answer:</strong> ${typeLink(answer)}</p>
<details class="docs-more"><summary>Example and errors</summary><pre class="docs-example">${example.call}</pre><pre class="docs-example">${example.answer}</pre>
<dl class="docs-fields">${errors.map(({ status, text }) => html`<div><dt><code>${status}</code></dt><dd>${text}</dd></div>`)}</dl></details></article>`;
}

function fieldList(title: string, fields: readonly ReferenceField[]): Html {
  if (fields.length === 0) return nothing;
  const line = (one: ReferenceField): Html =>
    html`<div><dt><code>${one.name}</code> <span class="small soft">${typeLink(one)}${one.required ? nothing : ", optional"}</span></dt>${one.description ? html`<dd>${one.description}</dd>` : nothing}</div>`;
  return html`<h4>${title}</h4><dl class="docs-fields">${fields.map(line)}</dl>`;
}

function typeLink({ type, model }: { type: string; model: string | undefined }): Html {
  if (model === undefined) return html`<code>${type === "null" ? "null (void)" : type}</code>`;
  return html`<a href="#type-${model}"><code>${type}</code></a>`;
}

function modelPart({ id, description, fields, words }: ReferenceModel): Html {
  return html`<article class="docs-route" id="type-${id}"><h3><code>${id}</code></h3>${description ? html`<p>${description}</p>` : nothing}
${words.length > 0 ? html`<p>${words.map((word, i) => html`${i > 0 ? ", " : nothing}<code>${word}</code>`)}</p>` : nothing}${fieldList("Fields", fields)}</article>`;
}

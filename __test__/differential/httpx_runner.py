"""HTTPX's side of a comparison: a question in JSON on each line of input, its answer in JSON on each line of output.

`question.ts` has the fields of both. A question's client lives for its calls only, in an environment of its own.
"""

import asyncio
import json
import os
import re
import ssl
import sys

import httpx

PROXY_VARIABLES = re.compile(r"(http|https|all|no)_proxy|REQUEST_METHOD", re.IGNORECASE)


class FirstHop(Exception):
    """Ends a call when its first connection begins."""


def set_environment(variables):
    for name in [name for name in os.environ if PROXY_VARIABLES.fullmatch(name)]:
        del os.environ[name]
    os.environ.update(variables)


def make_proxy(proxy, context):
    if isinstance(proxy, str):
        proxy = {"url": proxy}
    secure = proxy["url"].startswith("https:")
    return httpx.Proxy(
        proxy["url"],
        auth=tuple(proxy["auth"]) if "auth" in proxy else None,
        headers=proxy.get("headers"),
        ssl_context=context if secure else None,
    )


def make_mount(mount, context):
    if mount is None:
        return None
    if "text" in mount:
        return httpx.MockTransport(lambda request: httpx.Response(200, text=mount["text"]))
    proxy = make_proxy(mount["proxy"], context) if "proxy" in mount else None
    return httpx.AsyncHTTPTransport(verify=context, proxy=proxy)


def make_client(options, context):
    given = {"verify": context}
    if options.get("proxy") is not None:
        given["proxy"] = make_proxy(options["proxy"], context)
    if "mounts" in options:
        given["mounts"] = {
            pattern: make_mount(mount, context) for pattern, mount in options["mounts"].items()
        }
    if "transport" in options:
        given["transport"] = make_mount(options["transport"], context)
    for name in ("trustEnv", "http2", "followRedirects"):
        if name in options:
            given[re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)] = options[name]
    return httpx.AsyncClient(**given)


async def answer_of(client, call, first_hop):
    hop = None

    async def trace(event, info):
        nonlocal hop
        if event in ("connection.connect_tcp.started", "socks.connect_tcp.started"):
            host = info["host"]
            hop = f"{host if isinstance(host, str) else host.decode()}:{info['port']}"
            raise FirstHop

    extensions = {"trace": trace} if first_hop else {}
    content = call["content"].encode() if "content" in call else None
    try:
        response = await client.request(
            call.get("method", "GET"),
            call["url"],
            content=content,
            headers=call.get("headers"),
            extensions=extensions,
        )
    except FirstHop:
        return {"hop": hop}
    except Exception as error:
        return {"error": type(error).__name__}
    return {
        "status": response.status_code,
        "text": response.text,
        "httpVersion": response.http_version,
        "history": [one.status_code for one in response.history],
    }


async def answers(question):
    set_environment(question.get("environment", {}))
    context = ssl.create_default_context(cadata=question.get("ca"))
    try:
        client = make_client(question.get("client", {}), context)
    except Exception:
        return [{"refused": True}]
    async with client:
        first_hop = question["firstHop"]
        return [await answer_of(client, call, first_hop) for call in question["calls"]]


for line in sys.stdin:
    print(json.dumps(asyncio.run(answers(json.loads(line)))), flush=True)

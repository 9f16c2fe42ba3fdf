"""Is Byline good, and is it fast? Questions with known evidence go in, figures come out.

Here stand cases (what is asked and what should be found), metrics (pure arithmetic), run (asking), report (telling)
and a column per public benchmark. Nobody writes `import eval`: that would bind over the builtin. Import by room:
`from eval.metrics import ndcg_at_k`.
"""

"""Chat models behind one seam: any that LangChain opens, and a scripted one."""

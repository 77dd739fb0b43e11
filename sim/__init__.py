"""The stage where everything meets. Importing it registers the Gymnasium environments."""

import gymnasium

gymnasium.register(id="toolwalk/Assistant-v0", entry_point="sim.env:AssistantEnv")
gymnasium.register(id="toolwalk/User-v0", entry_point="sim.env:UserEnv")
